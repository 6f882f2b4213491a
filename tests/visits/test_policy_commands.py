"""`./bifang policy …` against visits' doors: each says who, shows before it acts, and answers with a number and in words."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from typer.testing import CliRunner, Result

from bus import tokens
from bus.testing import MORNING, ByHand
from deploy.local.cli import app
from deploy.local.commands.policy.asking import TOKEN, URL
from services.visits.policy import Installed, load, load_files
from services.visits.service import recall_policy, service
from services.visits.store import care_store
from tests.visits.packs import SHUANGTA, spoil
from tests.visits.shuangta import KEYS, LI, admitted, enrolled

FRIDAY = "2026-05-15"
Said = tuple[int, str]
Policy = Callable[..., Any]


@pytest.fixture
async def hand(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    care_store.books.install(Installed.read(SHUANGTA), load_files)
    async with fresh(service) as database:
        await recall_policy(database)
        yield ByHand(service, database, MORNING)


@pytest.fixture
async def policy(hand: ByHand, tmp_path: Path) -> AsyncIterator[Policy]:
    """`policy("李工", "list")`: the command as that person, of visits behind a socket; its exit code and what it says."""
    async with hand.application(KEYS) as doors:
        server = uvicorn.Server(uvicorn.Config(doors, port=0, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

        async def ask(who: str, *arguments: str, role: str = "bureau-officer") -> Said:
            env = {URL: url, TOKEN: tokens.issue(KEYS.token_key, person=who, role=role)}
            command = ["--data", str(tmp_path / "data"), "policy", *arguments]
            told: Result = await asyncio.to_thread(CliRunner().invoke, app, command, env=env)
            trouble = told.exception if told.exit_code == 1 else None
            return told.exit_code, told.output + str(trouble or "")

        yield ask
        server.should_exit = True
        await serving


async def proposed(policy: Policy, pack: Path, *options: str) -> str:
    """The first characters of the id of what Li has proposed."""
    code, said = await policy("李工", "propose", str(pack), "--note", "放宽到两天", *options)
    found = re.search(r"编号 (\w{8})", said)
    assert code == 0 and found, said
    return found[1]


async def states(policy: Policy) -> list[str]:
    """Of each version in the list, what is said of it."""
    words = "等另一人批准|已批准，未到生效时间|曾经现行|现行|已撤回"
    return re.findall(rf" ({words}) ", (await policy("运维", "list", role="operations"))[1])


@pytest.fixture
def longer(pack: Path) -> Path:
    """A version under which a liaison has two days."""
    spoil(pack, "rules.yaml", "window: {due: 24h}", "window: {due: 48h}")
    return pack


async def test_one_proposes_another_reads_what_differs_and_approves(hand: ByHand, policy: Policy, longer: Path) -> None:
    proposal = await proposed(policy, longer)
    assert await states(policy) == ["等另一人批准", "现行"]

    code, said = await policy("王工", "activate", proposal)
    assert (code, "只看，没有批准" in said, "李工 于 2026-05-11 09:00 提出" in said) == (0, True, True)
    assert {"-    window: {due: 24h}", "+    window: {due: 48h}"} <= {*said.splitlines()}
    assert await states(policy) == ["等另一人批准", "现行"]

    code, said = await policy("李工", "activate", proposal, "--yes")
    assert (code, "提出人不能批准自己的提案" in said) == (1, True)

    code, said = await policy("王工", "activate", proposal, "--yes")
    assert (code, f"已批准版本 {load(longer).version}，2026-05-11 09:00 起生效" in said) == (0, True)
    hand.now += timedelta(minutes=1)
    await hand.stand()
    assert await states(policy) == ["现行", "曾经现行"]


async def test_files_that_somebody_has_changed_and_not_proposed_are_told_of(
    hand: ByHand, policy: Policy, longer: Path
) -> None:
    care_store.books.install(Installed.read(longer), load_files)
    await recall_policy(hand.database)
    _, unproposed = await policy("运维", "list", role="operations")
    await proposed(policy, longer)
    _, waiting = await policy("运维", "list", role="operations")

    assert f"磁盘上的政策是 {load(longer).version}，还没有提出，不生效" in unproposed
    assert "磁盘上的政策" not in waiting


async def test_a_date_is_the_first_moment_of_the_day_in_the_city(hand: ByHand, policy: Policy, longer: Path) -> None:
    proposal = await proposed(policy, longer, "--from", FRIDAY)

    code, said = await policy("王工", "activate", proposal, "--yes")

    assert (code, f"{FRIDAY} 00:00 起生效" in said) == (0, True)
    assert await states(policy) == ["已批准，未到生效时间", "现行"]


async def test_a_date_that_cannot_be_is_refused_in_words(policy: Policy, longer: Path) -> None:
    proposal = await proposed(policy, longer, "--from", "2026-05-20")

    told = [await policy("王工", "activate", proposal, "--yes", "--from", at) for at in ("soon", "2026-05-10", FRIDAY)]

    assert [code for code, _ in told] == [2, 1, 1]
    words = ("不是日期", "生效时间已经过去", "批准人可以推后，不能提前")
    assert [word in said for word, (_, said) in zip(words, told, strict=True)] == [True] * 3


async def test_what_is_wrong_is_told_before_and_behind_the_door(policy: Policy, pack: Path) -> None:
    code, said = await policy("李工", "propose", str(pack), role="liaison")
    assert (code, "legislate" in said or "提出、批准、撤回政策" in said) == (1, True), said

    spoil(pack, "rules.yaml", "window: {due: 24h}", "window: {}")
    code, said = await policy("李工", "propose", str(pack))
    assert (code, "期限未定" in said, "rules.yaml:" in said) == (1, True, True)
    assert await states(policy) == ["现行"]


async def test_a_proposal_is_withdrawn_by_the_beginning_of_its_id_and_with_a_reason(
    policy: Policy, longer: Path
) -> None:
    proposal = await proposed(policy, longer)

    assert (await policy("王工", "withdraw", proposal))[0] == 2
    assert (await policy("王工", "withdraw", "zzzz", "--reason", "时限再议一次"))[0] == 2
    assert (await policy("王工", "withdraw", proposal, "--reason", "时限再议一次"))[0] == 0
    assert await states(policy) == ["已撤回", "现行"]

    await proposed(policy, longer)
    assert (await policy("王工", "activate", ""))[0] == 2


async def test_a_roll_back_goes_to_the_files_of_that_version_and_waits_for_another_person(
    hand: ByHand, policy: Policy, longer: Path
) -> None:
    installed = load(SHUANGTA).version
    await policy("王工", "activate", await proposed(policy, longer), "--yes")
    hand.now += timedelta(minutes=1)
    await hand.stand()

    code, said = await policy("李工", "roll-back", installed, "--reason", "两天太长，群众有意见")

    assert (code, "+    window: {due: 24h}" in said, "下一步由另一人" in said) == (0, True, True)
    assert await states(policy) == ["等另一人批准", "现行", "曾经现行"]
    assert (await policy("李工", "roll-back", "7c41e09b52da", "--reason", "没有这一版"))[0] == 1


async def test_a_re_base_is_shown_first_and_ordered_with_a_name_and_a_reason(
    hand: ByHand, policy: Policy, longer: Path
) -> None:
    await hand.hears(enrolled(), admitted(), enrolled(LI), admitted(LI))
    await policy("王工", "activate", await proposed(policy, longer), "--yes")
    hand.now += timedelta(minutes=1)
    await hand.stand()
    rebase = ("rebase", "--rule", "hospital-visit-liaison", "--reason", "全市统一改按新的时限")

    code, said = await policy("李工", *rebase)
    rows = [line.split()[:4] for line in said.splitlines() if line.startswith("hospital")]
    assert (code, rows) == (0, [["hospital-visit-liaison", load(SHUANGTA).version, "2", "2"]])
    assert "只看，没有改动" in said

    assert (await policy("李工", *rebase, "--yes"))[0] == 0
    while await hand.clock.round():
        pass
    assert "都已按现行版本" in (await policy("李工", *rebase))[1]
    listed = (await policy("运维", "list", role="operations"))[1]
    assert ("全市统一改按新的时限" in listed, "李工" in listed) == (True, True)
