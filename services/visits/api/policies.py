"""How a version of the policy comes into force: proposed, approved by another person, withdrawn, listed."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bus.api import Decide, Problem, WrongFields
from bus.decisions import Caller
from bus.pack.mistakes import Mistake, PackRefused
from bus.pages import whole
from contracts.ids import derived
from services.visits import reading
from services.visits.api.doors import Lawgiver, Reader
from services.visits.domain import Book, Policy
from services.visits.policy import Loaded, examine_files, mistakes_of
from services.visits.requests.policies import ApprovePolicy, Decreed, ProposePolicy, WithdrawPolicy
from services.visits.store import care_store
from services.visits.unheld import Alike, held_by_nobody

router = APIRouter(tags=["政策"])


class PolicyEntry(BaseModel):
    """The files of a pack and of all that it lies upon, as `./bifang policy propose` reads them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    proposal_id: UUID
    files: dict[str, str] = Field(description="路径 → 文本；空路径下写明哪个目录是本市的")
    wanted_from: AwareDatetime | None = None
    note: str = Field("", max_length=500)


class Approval(BaseModel):
    """The date may be put off; without one it is that of the proposal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_force_from: AwareDatetime | None = None


class Reason(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str = Field(min_length=5, max_length=500)


class InForce(BaseModel):
    """The version in force; no proposal = the pack with which the city began, which lies beneath all."""

    version: str
    title: str
    installed: str
    on_disk: str
    """Where it is another, somebody has changed the files of the pack and proposed nothing."""
    proposal_id: UUID | None
    in_force_from: AwareDatetime | None


class ProposalLine(BaseModel):
    """One version, as the list shows it."""

    proposal_id: UUID
    version: str
    title: str
    note: str
    proposed_by: str
    proposed_at: AwareDatetime
    wanted_from: AwareDatetime | None
    approved_by: str | None
    in_force_from: AwareDatetime | None
    withdrawn_by: str | None
    withdrawn_at: AwareDatetime | None
    reason: str | None


@router.post("/policies", status_code=201, response_model=Decreed, summary="提出一版政策")
async def propose(entry: PolicyEntry, http: HttpRequest, caller: Lawgiver, decide: Decide) -> Response:
    """Refused with every mistake of the pack: file, line, rule. Nothing is in force before another person approves."""
    async with http.app.state.database.connection() as connection:
        book, _ = await reading.in_force(connection)
        people = await reading.alike(connection)
    try:
        policy = await asyncio.to_thread(_examined, entry.files, book, people)
    except PackRefused as refused:
        errors = [{"field": mistake.place, "error": mistake.said} for mistake in refused.mistakes]
        raise WrongFields(errors, "政策有误", "这一份政策不能启用") from None
    request = ProposePolicy(
        book_id=derived("policy-book", policy.city),
        city=policy.city,
        proposal_id=entry.proposal_id,
        version=policy.version,
        title=policy.title,
        files=entry.files,
        wanted_from=entry.wanted_from,
        note=entry.note,
    )
    return await decide(request, caller, status=201)


@router.post("/policies/{proposal_id}/approval", status_code=201, response_model=Decreed, summary="批准一版政策")
async def approve(
    proposal_id: UUID, http: HttpRequest, caller: Lawgiver, decide: Decide, body: Approval | None = None
) -> Response:
    """By another person than who proposed it; from the date of the proposal, or a later one."""
    _for_the_city(caller)
    later = body.in_force_from if body is not None else None
    approval_id = derived("policy-approval", proposal_id, caller.person, later.isoformat() if later else "")
    book_id = await _book_of(http, proposal_id)
    request = ApprovePolicy(book_id=book_id, approval_id=approval_id, proposal_id=proposal_id, in_force_from=later)
    return await decide(request, caller, status=201)


@router.post("/policies/{proposal_id}/withdrawal", status_code=201, response_model=Decreed, summary="撤回一版政策")
async def withdraw(proposal_id: UUID, body: Reason, http: HttpRequest, caller: Lawgiver, decide: Decide) -> Response:
    """Before it is in force; to go back, propose the earlier version again. Whose reason stands is who was first."""
    _for_the_city(caller)
    book_id = await _book_of(http, proposal_id)
    withdrawal_id = derived("policy-withdrawal", proposal_id, caller.person, body.reason)
    request = WithdrawPolicy(book_id=book_id, withdrawal_id=withdrawal_id, proposal_id=proposal_id, reason=body.reason)
    return await decide(request, caller, status=201)


@router.get("/policies", summary="各版政策，最新的在前")
@whole
async def proposals(http: HttpRequest, caller: Reader) -> list[ProposalLine]:
    """Everything that was ever proposed, and what became of it."""
    async with http.app.state.database.connection() as connection:
        rows = await reading.proposals(connection)
    return [ProposalLine(**{name: row[name] for name in ProposalLine.model_fields}) for row in rows]


@router.get("/policies/in-force", summary="现行的是哪一版")
async def policy_in_force(http: HttpRequest, caller: Reader) -> InForce:
    """At this hour."""
    async with http.app.state.database.connection() as connection:
        book, _ = await reading.in_force(connection)
        row = await reading.proposal(connection, book.label) or {}
    by_proposal = {name: row.get(name) for name in ("proposal_id", "in_force_from")}
    policy, installed = book.in_force, next(iter(book.versions))
    on_disk = care_store.books.on_disk.policy.version
    return InForce(version=policy.version, title=policy.title, installed=installed, on_disk=on_disk, **by_proposal)


@router.get("/policies/versions/{version}/files", summary="某一版的全部文件")
async def files(version: str, http: HttpRequest, caller: Reader) -> Mapping[str, str]:
    """As they were proposed, or installed: to read what is to be approved, to compare, to propose it again."""
    async with http.app.state.database.connection() as connection:
        found = await care_store.books.files(connection, version)
    if found is None:
        raise Problem(404, "没有这一项", "没有这一版政策", rule="version-unknown", field="version")
    return found


def _examined(files: Mapping[str, str], book: Book, people: Sequence[Alike]) -> Policy:
    """A roll-back is asked only whether it can be said: it was in force, and is needed at once."""

    def examine(loaded: Loaded) -> list[Mistake]:
        unsaid = [*_of_another_city(loaded, book), *care_store.books.on_disk.cannot_say(loaded)]
        known = loaded.policy.version in book.versions
        return unsaid if known else [*unsaid, *mistakes_of(loaded), *held_by_nobody(loaded, people)]

    return examine_files(files, examine)


def _of_another_city(loaded: Loaded, book: Book) -> Iterator[Mistake]:
    """One city's policy is in force here; another's would come over everybody."""
    here, theirs = book.in_force.city, loaded.policy.city
    if theirs != here:
        node = loaded.pack.section()["city"]
        yield Mistake(node.file, node.line, None, f"这是“{theirs}”的政策，这里是“{here}”", "the policy of another city")


async def _book_of(http: HttpRequest, proposal_id: UUID) -> UUID:
    async with http.app.state.database.connection() as connection:
        row = await reading.proposal(connection, str(proposal_id))
    if row is None:
        raise Problem(404, "没有这一项", "没有这一份政策提案", rule="proposal-unknown", field="proposal_id")
    book_id: UUID = row["book_id"]
    return book_id


def _for_the_city(caller: Caller) -> None:
    """Whoever reaches less than all of it decides nothing for everybody."""
    if not caller.acts_in(""):
        detail = f"此令牌只管{caller.county or '一个单位或几个人'}，政策是全市的，由市里批准或撤回"
        raise Problem(403, "无权限", detail, rule="out-of-reach", field="by")
