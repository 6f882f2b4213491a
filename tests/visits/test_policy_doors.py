"""A policy comes into force: one proposes, another approves; what would leave somebody bare is not even proposed."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bus.testing import MORNING, ByHand
from services.visits import reading
from services.visits.comparing import Comparison
from services.visits.policy import Installed, files_of, load, load_files
from services.visits.store import care_store
from tests.visits.packs import SHUANGTA, spoil
from tests.visits.proposing import (
    AUTHOR,
    EAST,
    HOUR,
    LATER,
    SECOND,
    THIRD,
    WITHOUT_BUREAU,
    Doors,
    doors,
    hand,
    holder,
    in_force,
    pack,
)
from tests.visits.shuangta import BY_BUREAU, BY_LIAISON, LI, admitted, carded, enrolled

__all__ = ["doors", "hand", "pack"]


async def test_what_would_leave_people_bare_is_not_even_proposed(doors: Doors, pack: Path) -> None:
    spoil(pack, "rules.yaml", "when: {every: month}", "when: {every: month}\n    who: {categories: [relocated]}")
    line = 1 + (pack / "pack.yaml").read_text(encoding="utf-8").split("  with-relatives:")[0].count("\n")

    status, said = await doors("/policies", {"proposal_id": str(WITHOUT_BUREAU), "files": files_of(pack)})

    assert status == 422
    first = said["errors"][0]
    assert (first["field"], first["error"].startswith("“亲属同住”的离休干部")) == (f"shuangta/pack.yaml:{line}", True)
    assert (await doors("/policies"))[1] == []


async def test_the_author_does_not_approve_and_another_does(doors: Doors, pack: Path) -> None:
    await doors("/policies", {"proposal_id": str(WITHOUT_BUREAU), "files": files_of(pack)})

    status, said = await doors(f"/policies/{WITHOUT_BUREAU}/approval", {}, AUTHOR)
    assert (status, said["rule"]) == (422, "approved-by-its-author")

    status, said = await doors(f"/policies/{WITHOUT_BUREAU}/approval", {}, SECOND)
    assert (status, said["version"], said["in_force_from"] is not None) == (201, load(pack).version, True)


async def test_a_version_comes_into_force_at_its_date_and_who_approves_may_put_it_off(
    hand: ByHand, doors: Doors, pack: Path
) -> None:
    friday, monday = (MORNING + timedelta(days=n) for n in (4, 7))
    wanted = {"files": files_of(pack), "wanted_from": friday.isoformat()}
    await doors("/policies", {"proposal_id": str(WITHOUT_BUREAU), **wanted})
    await doors("/policies", {"proposal_id": str(LATER), **wanted})

    on_time = await doors(f"/policies/{WITHOUT_BUREAU}/approval", {}, SECOND)
    early = await doors(f"/policies/{LATER}/approval", {"in_force_from": (friday - HOUR).isoformat()}, SECOND)
    put_off = await doors(f"/policies/{LATER}/approval", {"in_force_from": monday.isoformat()}, SECOND)

    assert (on_time[0], datetime.fromisoformat(on_time[1]["in_force_from"])) == (201, friday)
    assert (early[0], early[1]["rule"], early[1]["field"]) == (422, "in-force-before-wanted", "in_force_from")
    assert (put_off[0], datetime.fromisoformat(put_off[1]["in_force_from"])) == (201, monday)
    installed = load(SHUANGTA)
    assert (await doors("/policies/in-force"))[1] == {
        "version": installed.version,
        "title": installed.title,
        "installed": installed.version,
        "on_disk": installed.version,
        "proposal_id": None,
        "in_force_from": None,
    }
    hand.now = friday
    await hand.stand()
    assert (await doors("/policies/in-force"))[1]["proposal_id"] == str(WITHOUT_BUREAU)


async def test_nothing_is_in_force_from_a_date_that_has_passed(doors: Doors, pack: Path) -> None:
    past = (MORNING - timedelta(minutes=1)).isoformat()
    entry = {"proposal_id": str(WITHOUT_BUREAU), "files": files_of(pack)}

    proposed = await doors("/policies", {**entry, "wanted_from": past})
    await doors("/policies", {**entry, "proposal_id": str(LATER)})
    approved = await doors(f"/policies/{LATER}/approval", {"in_force_from": past}, SECOND)

    assert [(status, said["rule"], said["field"]) for status, said in (proposed, approved)] == [
        (422, "in-force-from-past", "wanted_from"),
        (422, "in-force-from-past", "in_force_from"),
    ]


async def test_a_county_does_not_decide_for_the_city(doors: Doors, pack: Path) -> None:
    await doors("/policies", {"proposal_id": str(WITHOUT_BUREAU), "files": files_of(pack)})

    approved = await doors(f"/policies/{WITHOUT_BUREAU}/approval", {}, EAST)
    withdrawn = await doors(f"/policies/{WITHOUT_BUREAU}/withdrawal", {"reason": "不合本县的情况"}, EAST)

    assert [(status, said["detail"]) for status, said in (approved, withdrawn)] == [
        (403, "此令牌只管东区，政策是全市的，由市里批准或撤回")
    ] * 2


async def test_what_is_withdrawn_never_comes_into_force_and_what_is_in_force_is_not_withdrawn(
    hand: ByHand, doors: Doors, pack: Path
) -> None:
    reason = {"reason": "时限再议一次"}
    friday = MORNING + timedelta(days=4)
    entry = {"files": files_of(pack), "wanted_from": friday.isoformat()}
    await doors("/policies", {"proposal_id": str(LATER), **entry})
    await doors(f"/policies/{LATER}/approval", {}, SECOND)

    assert (await doors(f"/policies/{LATER}/withdrawal", reason, SECOND))[0] == 201
    repeated, _ = await doors(f"/policies/{LATER}/withdrawal", reason, SECOND)
    others = await doors(f"/policies/{LATER}/withdrawal", {"reason": "另拟了一版代替"}, THIRD)
    again = await doors(f"/policies/{LATER}/approval", {}, THIRD)
    await in_force(hand, doors, pack)
    late = await doors(f"/policies/{WITHOUT_BUREAU}/withdrawal", reason)
    hand.now = friday
    await hand.stand()

    assert repeated == 201
    rules = [said.get("rule") for _, said in (others, again, late)]
    assert rules == ["proposal-withdrawn", "proposal-withdrawn", "proposal-in-force"]
    assert (await doors("/policies/in-force"))[1]["proposal_id"] == str(WITHOUT_BUREAU)
    told = {line["proposal_id"]: (line["withdrawn_by"], line["reason"]) for line in (await doors("/policies"))[1]}
    assert told == {str(LATER): ("9902", "时限再议一次"), str(WITHOUT_BUREAU): (None, None)}


async def test_a_roll_back_is_the_proposal_of_an_earlier_version_by_its_own_files(
    hand: ByHand, doors: Doors, pack: Path
) -> None:
    before = load(SHUANGTA).version
    version = await in_force(hand, doors, pack)

    first = (await doors(f"/policies/versions/{before}/files"))[1]
    await doors("/policies", {"proposal_id": str(LATER), "files": first})
    status, said = await doors(f"/policies/{LATER}/approval", {}, SECOND)

    assert (status, said["version"]) == (201, before)
    assert (await doors(f"/policies/versions/{version}/files"))[1] == files_of(pack)
    assert (await doors("/policies/versions/none/files"))[0] == 404


async def test_a_version_that_was_in_force_is_not_asked_again_what_is_asked_of_a_new_one(
    hand: ByHand, doors: Doors, pack: Path
) -> None:
    spoil(pack, "rules.yaml", "when: {every: month}", "when: {every: month}\n    who: {categories: [relocated]}")
    refused = await doors("/policies", {"proposal_id": str(LATER), "files": files_of(pack)})
    care_store.books.install(Installed.read(pack), load_files)

    once_installed = await doors("/policies", {"proposal_id": str(LATER), "files": files_of(pack)})

    assert (refused[0], once_installed[0]) == (422, 201)


async def test_a_version_keeps_the_name_under_which_it_was_proposed(hand: ByHand, doors: Doors, pack: Path) -> None:
    on_disk = Installed.read(SHUANGTA)
    care_store.books.install(on_disk, lambda files: replace(load_files(files), version="counted otherwise"))
    version = await in_force(hand, doors, pack)

    assert (await doors("/policies/in-force"))[1]["version"] == version


async def test_a_role_that_nobody_holds_for_anybody_is_refused_with_whom_it_would_leave(
    hand: ByHand, doors: Doors, pack: Path
) -> None:
    holders = tuple(holder(role) for role in ("liaison", "unit-leader", "bureau-officer"))
    await hand.hears(enrolled(), carded().model_copy(update={"holders": holders}))

    status, said = await doors("/policies", {"proposal_id": str(WITHOUT_BUREAU), "files": files_of(pack)})

    line = 1 + (pack / "rules.yaml").read_text(encoding="utf-8").split("owes: {party: community")[0].count("\n")
    zh = "今天没有一个人担任“社区工作者”，这些人会无人负责：东区 1 人"
    assert status == 422
    error = f"规则 weekly-greeting：{zh} (nobody holds the role community-worker)"
    assert said["errors"] == [{"field": f"shuangta/rules.yaml:{line}", "error": error}]


async def test_what_the_services_here_have_no_name_for_is_refused_until_they_have(doors: Doors, pack: Path) -> None:
    """registry and notify read words and templates from disk: the rule would ask for an SMS that nobody can write."""
    line = spoil(pack, "messages.yaml", "  greeting-missed:", "  greeting-missed-anew:")
    text = (pack / "rules.yaml").read_text(encoding="utf-8")
    (pack / "rules.yaml").write_text(text.replace("greeting-missed", "greeting-missed-anew"), encoding="utf-8")

    status, said = await doors("/policies", {"proposal_id": str(WITHOUT_BUREAU), "files": files_of(pack)})

    assert status == 422
    error = (
        "运行中的各服务还不认识“greeting-missed-anew”（templates）："
        "先把这一份政策装到各服务并重启，再提出 (not installed yet: templates: greeting-missed-anew)"
    )
    assert said["errors"] == [{"field": f"shuangta/messages.yaml:{line}", "error": error}]


async def test_the_policy_of_another_city_is_not_put_in_force_here(doors: Doors, pack: Path) -> None:
    line = spoil(pack, "pack.yaml", "city: 双塔市", "city: 三塔市")

    status, said = await doors("/policies", {"proposal_id": str(LATER), "files": files_of(pack)})

    zh = "这是“三塔市”的政策，这里是“双塔市” (the policy of another city)"
    assert (status, said["errors"]) == (422, [{"field": f"shuangta/pack.yaml:{line}", "error": zh}])


async def test_a_layer_above_must_come_with_the_version(doors: Doors, pack: Path) -> None:
    files = files_of(pack)
    (pack.parent / "above").mkdir()
    (pack.parent / "above" / "pack.yaml").write_text("layer: province\n")
    files["shuangta/pack.yaml"] += f"\nextends: {'../' * 12}{(pack.parent / 'above').relative_to('/')}\n"

    status, said = await doors("/policies", {"proposal_id": str(WITHOUT_BUREAU), "files": files})

    assert (status, "上层目录没有一并提交" in said["errors"][0]["error"]) == (422, True)


async def test_a_simulation_reads_people_and_events_as_the_tables_have_them(hand: ByHand, pack: Path) -> None:
    await hand.hears(enrolled(), admitted(), enrolled(LI))
    hand.now += HOUR
    await hand.stand()

    async with hand.database.connection() as connection:
        book, end = await reading.in_force(connection)
        compared = Comparison(book.in_force, load(pack), end - timedelta(days=7), end, frozenset({"community"}))
        async for chunk in reading.everybody(connection, chunk=1):
            compared.add(chunk)

    assert (end, compared.people, compared.otherwise) == (hand.now, 2, 1)
    assert (compared.now.duties[BY_BUREAU], compared.then.duties[BY_BUREAU]) == (1, 0)
    assert (compared.now.duties[BY_LIAISON], compared.then.people[BY_LIAISON]) == (1, 1)
