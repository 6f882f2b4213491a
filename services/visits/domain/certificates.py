"""The coverage certificates of a city (★31): one a day, each bound by its hash to the one before: none can change unseen."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

from contracts.event import Event
from contracts.ids import derived
from contracts.refused import Refused
from contracts.registry import PeopleCounted
from contracts.visits import CoverageCertified, VerdictCount
from services.visits.domain.words import REFUSED

FIRST = "0" * 64
"""What stands before the first certificate."""
UNCLASSED = "unclassed"
"""Why somebody is named of whom something was heard, and no class: neither enrolment nor card."""


def book_of(city: str) -> UUID:
    return derived("certificate-book", city)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was counted at one instant: each person × each rule in force has exactly one verdict."""

    certificate_id: UUID
    day: date
    label: str
    """Of the activation of the policy that was in force."""
    taken_at: datetime
    living: int
    dead: int
    ended: int
    rules: int
    exceptions: int
    """Pairs of person and rule without a duty and without a reason."""
    stuck: int
    """Overdue duties whose climb stands still."""
    unreachable: int
    """Rungs of a unit that nobody holds, nor any above."""
    counts: str
    """JSON: [county, kind, category, rule, party, verdict, people], in order."""
    named_hash: str
    """Of the list of everybody and everything that is named, in order."""
    against: str = ""
    """JSON: the registry's own count (`as_of`, `registry`), and ours of the same instant (`here`); "" = it had told none."""
    differing: int = 0
    """By how many people the two differ."""
    number: int = 0
    previous: str = FIRST
    hash: str = ""

    @property
    def people(self) -> int:
        return self.living + self.dead + self.ended

    @property
    def is_clean(self) -> bool:
        return self.exceptions == 0 and self.stuck == 0 and self.differing == 0


@dataclass(frozen=True, slots=True)
class CertificateBook:
    """The root: the end of the chain. The certificates themselves stay in their table."""

    book_id: UUID
    city: str = ""
    number: int = 0
    day: date | None = None
    hash: str = FIRST
    counted_as_of: datetime | None = None
    counted: str = "[]"
    """JSON: the last two counts that the registry told, the latest first: of that what led to it may still be on its way."""
    certificates: Mapping[UUID, Certificate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where a chain is broken, and which rule it breaks."""

    number: int
    rule: str


def hear_count(book: CertificateBook, said: PeopleCounted) -> CertificateBook:
    """The next certificate must come to the same, as of that instant. A count that is older than the last says nothing new."""
    if book.counted_as_of is not None and said.as_of <= book.counted_as_of:
        return book
    count = {name: getattr(said, name) for name in ("living", "dead", "ended", "fingerprint")}
    counts = [{"as_of": said.as_of.isoformat(), **count}, *json.loads(book.counted)][:2]
    return replace(book, city=book.city or said.city, counted_as_of=said.as_of, counted=json.dumps(counts))


def issue(book: CertificateBook, city: str, counted: Certificate) -> tuple[CertificateBook, tuple[Event, ...]]:
    """The next of the chain; a day has one. Figures that do not add up are no certificate."""
    if book.day is not None and counted.day <= book.day:
        return book, ()
    if not adds_up(counted):
        raise Refused("certificate-does-not-add-up", REFUSED["certificate-does-not-add-up"], "counts")
    bound = replace(counted, number=book.number + 1, previous=book.hash)
    issued = replace(bound, hash=hash_of(bound))
    after = replace(
        book,
        city=book.city or city,
        number=issued.number,
        day=issued.day,
        hash=issued.hash,
        certificates={**book.certificates, issued.certificate_id: issued},
    )
    return after, (_certified(after, issued),)


def adds_up(certificate: Certificate) -> bool:
    """Of every rule the verdicts together are all people, in every county and class the same number (★73)."""
    of_rule: dict[str, dict[tuple[str, str, str], int]] = {}
    for county, kind, category, rule, _, _, n in json.loads(certificate.counts):
        classes = of_rule.setdefault(rule, {})
        classes[county, kind, category] = classes.get((county, kind, category), 0) + n
    first = next(iter(of_rule.values()), {})
    return (
        len(of_rule) in (certificate.rules, 0)
        and sum(first.values()) == (certificate.people if of_rule else 0)
        and all(classes == first for classes in of_rule.values())
        and (bool(of_rule) or certificate.people * certificate.rules == 0)
    )


def flaws(chain: Sequence[Certificate], previous: str = FIRST) -> Iterable[Flaw]:
    """Of certificates in the order of their numbers, the first after the one of hash `previous`; none = nothing was changed."""
    for before, each in zip((None, *chain), chain, strict=False):
        if before is not None and each.number != before.number + 1:
            yield Flaw(each.number, "certificate-lacking")
        if before is not None and each.people < before.people:  # the dead and the moved are counted, too: nobody leaves
            yield Flaw(each.number, "certificate-of-fewer")
        if each.previous != (before.hash if before is not None else previous):
            yield Flaw(each.number, "certificate-unbound")
        if each.hash != hash_of(each):
            yield Flaw(each.number, "certificate-changed")
        if not adds_up(each):
            yield Flaw(each.number, "certificate-does-not-add-up")


def flaws_at_end(chain: Sequence[Certificate], number: int, hash: str) -> Iterable[Flaw]:
    """Whether the chain goes as far as the book says that it does: what was cut off at the end breaks no link."""
    last = (chain[-1].number, chain[-1].hash) if chain else (0, FIRST)
    if last != (number, hash):
        yield Flaw(max(number, last[0]), "certificate-cut-off")


def flaws_against_told(chain: Sequence[Certificate], told: Iterable[tuple[int, str]]) -> Iterable[Flaw]:
    """Of what was told elsewhere (number, hash) all must be in the chain, unchanged; nothing is told before it is committed.

    The whole chain made anew, its book with it, is whole in itself: by this it shows, as long as what was told is kept.
    """
    kept = {each.number: each.hash for each in chain}
    for number, hash in sorted({*told}):
        if number not in kept:
            yield Flaw(number, "certificate-not-kept")
        elif kept[number] != hash:
            yield Flaw(number, "certificate-told-otherwise")


def hash_of(certificate: Certificate) -> str:
    """SHA-256 of all that it says, with the hash of the one before: JSON without spaces, keys in order, instants in UTC."""
    said = {name: value for name, value in asdict(certificate).items() if name != "hash"}
    return sha256(
        json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()
    ).hexdigest()


def hash_of_named(lines: Iterable[Sequence[object]]) -> str:
    """SHA-256 of the lines in order, one to a line, its parts between tabs."""
    return sha256("\n".join(sorted("\t".join(map(str, line)) for line in lines)).encode()).hexdigest()


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _certified(book: CertificateBook, issued: Certificate) -> CoverageCertified:
    """Counts alone: nobody is named on Kafka."""
    sums: dict[tuple[str, str, str], int] = {}
    for county, _, _, _, party, verdict, n in json.loads(issued.counts):
        sums[county, party, verdict] = sums.get((county, party, verdict), 0) + n
    return CoverageCertified(
        city=book.city,
        county="",
        book_id=book.book_id,
        certificate_id=issued.certificate_id,
        number=issued.number,
        day=issued.day,
        policy=issued.label,
        living=issued.living,
        dead=issued.dead,
        ended=issued.ended,
        rules=issued.rules,
        exceptions=issued.exceptions,
        stuck=issued.stuck,
        unreachable=issued.unreachable,
        compared_as_of=datetime.fromisoformat(json.loads(issued.against)["as_of"]) if issued.against else None,
        differing=issued.differing,
        counts=tuple(
            VerdictCount(county=county, party=party, verdict=verdict, people=n)
            for (county, party, verdict), n in sorted(sums.items())
        ),
        previous=issued.previous,
        hash=issued.hash,
        taken_at=issued.taken_at,
    )
