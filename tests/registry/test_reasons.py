"""Why something was decided of a person is sealed where it enters, and read in the file alone."""

from typing import Any

import httpx
import pytest

from bus.testing import ByHand, bearer
from contracts.registry import CareResumed, CareTeamLeft, DeathRetracted, FilesMerged, FilesParted, GroupUnlinked
from services.registry.requests.duplicates import MergeFile
from tests.registry.happenings import dead, not_dead
from tests.registry.reforms import enrol, grain_has_a_leader, officer, person
from tests.registry.test_secrecy import cells
from tests.registry.town import (
    BUREAU,
    GRAIN,
    KEYS,
    LI,
    WATER,
    ZHANG,
    enrolling,
    named,
    opened,
    resident_id,
    sealed_reason,
    settled,
)

OFFICER = bearer(KEYS, "bureau-officer")
ONE = f"/people/{person(1)}"
EACH = {
    "class": "长女小梅已搬来同住", "correction": "本人来电更正住处", "absence": "因病提前返家", "care": "病愈后迁回本市",
    "death": "误报系同名邻居", "family": "老伴其实健在", "hardship": "低保是邻居的", "transfer": "随子女到粮食局",
    "team": "志愿者与本人不和", "group": "本人不愿再挂组", "liaison": "联戊生病离岗",
}  # fmt: skip
AREA, HOSPITAL, RELATION = "鹭岛市湖里区", "鹭岛市第一医院", "继女"


async def post(doors: httpx.AsyncClient, town: ByHand, path: str, **words: Any) -> int:
    answer = await doors.post(path, json=words, headers=OFFICER)
    while await town.clock.round():
        pass
    return answer.status_code


async def decided(doors: httpx.AsyncClient, town: ByHand) -> list[int]:
    """Everything that somebody decides with a reason, at its door."""

    def id_(what: str) -> str:
        return str(named("of", what))

    daughter = {"member_id": id_("relative"), "role": "relative", "holder": officer("女丙"), "relation": RELATION}
    group = {"group_id": id_("group"), "name": "第一组", "unit_id": str(BUREAU), "staff": [officer("组员甲")]}
    asked: list[tuple[str, dict[str, Any]]] = [
        (f"{ONE}/class", {"change_id": id_("class"), "kind": "veteran-cadre", "category": "relocated",
                          "reason": EACH["class"]}),
        (f"{ONE}/corrections", {"correction_id": id_("c"), "rank": "county-level", "reason": EACH["correction"]}),
        (f"{ONE}/absences", {"absence_id": id_("a"), "absence": "travelling", "from_at": "2026-05-11T08:00:00+08:00",
                             "until_at": "2026-06-11T08:00:00+08:00"}),
        (f"{ONE}/absences/{id_('a')}/end", {"ended_at": "2026-05-11T08:30:00+08:00", "reason": EACH["absence"]}),
        (f"{ONE}/care-ends", {"end_id": id_("e"), "why": "moved-away"}),
        (f"{ONE}/care-ends/{id_('e')}/resumption", {"reason": EACH["care"]}),
        (f"{ONE}/deaths", {"report_id": id_("d"), "source": "unit"}),
        (f"{ONE}/deaths/{id_('d')}/retraction", {"reason": EACH["death"]}),
        (f"{ONE}/family-changes", {"change_id": id_("f"), "change": "spouse-died"}),
        (f"{ONE}/family-changes/{id_('f')}/retraction", {"reason": EACH["family"]}),
        (f"{ONE}/hardships", {"hardship_id": id_("h"), "hardship": "poverty"}),
        (f"{ONE}/hardships/{id_('h')}/retraction", {"reason": EACH["hardship"]}),
        (f"{ONE}/team", daughter),
        (f"{ONE}/team/{id_('relative')}/leaving", {"leaving_id": id_("l"), "reason": EACH["team"]}),
        (f"{ONE}/team", {**daughter, "member_id": id_("again")}),
        (f"{ONE}/host", {"agreement_id": id_("host"), "area": AREA, "hospitals": [HOSPITAL]}),
        ("/groups", group),
        (f"/groups/{id_('group')}/people", {"link_id": id_("link"), "person_id": str(person(1))}),
        (f"/groups/{id_('group')}/people/leaving", {"unlink_id": id_("un"), "person_id": str(person(1)),
                                                    "reason": EACH["group"]}),
        (f"/units/{WATER}/liaisons/ending", {"ending_id": id_("end"), "liaison_id": officer("联戊")["holder_id"],
                                             "reason": EACH["liaison"], "successor": officer("联新")}),
        (f"{ONE}/transfers", {"transfer_id": id_("t"), "unit_id": str(GRAIN), "reason": EACH["transfer"],
                              "liaison": officer("粮辛")}),
    ]  # fmt: skip
    return [await post(doors, town, path, **words) for path, words in asked]


async def test_why_stands_in_clear_in_no_table_no_event_and_no_log_and_the_file_says_it(
    town: ByHand, doors: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    await grain_has_a_leader(town)
    await enrol(town, 1, 2)

    statuses = await decided(doors, town)

    said = await settled(town)
    kept = "\n".join(str(value) for _, value in await cells(town.database))
    lines = (await doors.get(f"{ONE}/file", headers=OFFICER)).json()["lines"]
    zh = "\n".join(line["zh"] for line in lines)
    printed = "".join(capfd.readouterr())
    secrets = (*EACH.values(), AREA, HOSPITAL, RELATION)
    assert statuses == [201] * 21
    assert [secret for secret in secrets if secret in kept or secret.encode("unicode_escape").decode() in kept] == []
    assert [secret for secret in secrets if secret in printed or any(secret in str(fact) for fact in said)] == []
    assert [secret for secret in secrets if secret not in zh] == []
    team = (await doors.get(f"{ONE}/team", headers=OFFICER)).json()
    assert (team["host"]["area"], team["host"]["hospitals"]) == (AREA, [HOSPITAL])
    assert [member["relation"] for member in team["members"]] == [RELATION]


async def test_whoever_leaves_a_group_leaves_the_team_for_the_same_reason(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await grain_has_a_leader(town)
    await enrol(town, 1)
    await decided(doors, town)

    said = await settled(town)

    (unlinked,) = [fact for fact in said if isinstance(fact, GroupUnlinked)]
    left = [fact.reason for fact in said if isinstance(fact, CareTeamLeft) and fact.role == "group-officer"]
    assert left == [unlinked.reason]
    assert opened(unlinked.reason, person(1)) == EACH["group"]


async def test_the_reason_of_a_merge_is_read_in_the_files_of_both(town: ByHand, doors: httpx.AsyncClient) -> None:
    """It is bound to the merge, which both know: to one person bound, the other's file could not open it."""
    await town.asked(enrolling())
    await town.asked(enrolling(LI, "张三测", resident_id(serial=2), unit_id=GRAIN))
    merge = str(named("merge"))
    words = {"merge_id": merge, "into": str(ZHANG), "reason": "号码抄错，同一人"}
    await post(doors, town, f"/people/{LI}/merge", **words)
    await settled(town)
    merged = (await doors.get(f"/people/{ZHANG}/file", headers=OFFICER)).json()["lines"]

    await post(doors, town, f"/people/{LI}/merges/{merge}/undoing", reason="系同名两人")

    said = await settled(town)
    reasons = [
        opened(fact.reason, named("merge"))
        for fact in said
        if isinstance(fact, FilesMerged | FilesParted | CareResumed) and fact.reason is not None
    ]
    files = [(await doors.get(f"/people/{who}/file", headers=OFFICER)).json()["lines"] for who in (ZHANG, LI)]
    zh = [[line["zh"] for line in file if line["what"] in ("files.parted", "care.resumed")] for file in files]
    assert [line["zh"] for line in merged if line["what"] == "files.merged"] == [
        f"并入另一份档案的内容：档案 {LI}，理由 号码抄错，同一人"
    ]
    assert reasons == ["系同名两人"] * 2
    assert await town.differences() == []
    assert zh == [[f"撤销档案合并：档案 {LI}，理由 系同名两人"], ["恢复服务：理由 系同名两人"]]


async def test_what_no_person_gave_a_reason_for_says_why_by_a_word_of_the_program(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """A code is in clear: it is no text about anybody."""
    await town.asked(enrolling())
    await town.asked(enrolling(LI, "张三测", resident_id(serial=2), unit_id=GRAIN))
    for one, other in ((ZHANG, LI), (LI, ZHANG)):
        why = sealed_reason("同一人", named("m", one))
        await town.asked(MergeFile(person_id=one, merge_id=named("m", one), into=other, reason=why))

    said = [*await town.hears(dead(), not_dead()), *await settled(town)]

    (resumed,) = [fact for fact in said if isinstance(fact, CareResumed)]
    retracted = [fact for fact in said if isinstance(fact, DeathRetracted)]
    lines = (await doors.get(f"/people/{resumed.person_id}/file", headers=OFFICER)).json()["lines"]
    assert (resumed.why, resumed.reason) == ("other-gone", None)
    assert "恢复服务：原因 另一份档案已并入他处或已停止服务" in {line["zh"] for line in lines}
    assert {(fact.source, fact.reason) for fact in retracted} == {("hospital:双塔市第一医院", None)}
