"""The second chapter: a weekly greeting goes unanswered, the check-in is missed, and rung by rung somebody above learns of it."""

from contracts.gateway import SmsDelivered
from contracts.ids import DutyId
from contracts.notify import CaseOpened, SmsRequested
from contracts.visits import DutyDone, DutyEscalated, DutyMissed
from deploy.local.actors.city import Person
from deploy.local.story.cast import Players
from deploy.local.story.hours import MONDAY, TUESDAY, following, go_to

RULE = "weekly-greeting"
_FRESH = "SELECT duty_id FROM visits.duties WHERE person_id = $1 AND rule = 'weekly-greeting' AND closed_at IS NULL AND missed_at IS NULL"  # noqa: E501
_MISSED = "SELECT missed_at FROM visits.duties WHERE duty_id = $1 AND closed_at IS NULL"
_RUNG = "SELECT rung FROM visits.duties WHERE duty_id = $1"
_DONE = "SELECT closed_as = 'done' FROM visits.duties WHERE duty_id = $1"
_CASE = "SELECT announced FROM notify.cases WHERE case_id = $1"
_ASKED = "SELECT requested_at FROM notify.sms WHERE sms_id = $1"
_DELIVERED = "SELECT state = 'delivered' FROM gateway.outgoing WHERE sms_id = $1"
LADDER = (("bureau-officer", "老干部局", MONDAY), ("organisation-department", "组织部", TUESDAY))
"""Who learns of it, and on which morning, by the pack of this city."""


async def tell(players: Players) -> None:
    stage, person = players.stage, players.silent
    stage.chapter(f"二、{person.name}空巢独居，本周的问候没有人应")
    await _others_are_greeted(players)
    missed = await _nobody_answered(players)
    for rung, (role, name, weekday) in enumerate(LADDER, start=1):
        await _somebody_above_learns(players, missed, rung, role, name, weekday)
    await _somebody_goes(players, missed)


async def routine(players: Players, *, without: Person | None = None) -> int:
    """What is owed by calendar is done: the week's greetings, the month's calls; for everybody but one."""
    done = 0
    for person in players.living:
        if person is without:
            continue
        owed = {(duty["role"], duty["kind"]) for duty in await players.staff.duties(person)}
        for role, kind in sorted(owed & {("community-worker", "check-in"), ("bureau-officer", "phone")}):
            await players.staff.record_contact(person, role, kind, "phone")
            done += 1
    return done


async def _others_are_greeted(players: Players) -> None:
    stage, person = players.stage, players.silent
    if not await players.witness.value(_FRESH, person.person_id):  # a week went by since the last telling
        await routine(players)
        await go_to(players.staff, following(await players.staff.now(), weekday=MONDAY, hour=9))
        await players.witness.finds(_FRESH, person.person_id, within=30)
    async with stage.doing("社区和老干部局照常问候、打电话，只有一位没有联系上", "visits") as step:
        step.details.append(f"记录 {await routine(players, without=person)} 次联系")


async def _nobody_answered(players: Players) -> DutyId:
    """In the first minutes of Monday the old week's greeting is missed; the new week's duty bears its age."""
    stage, staff, person = players.stage, players.staff, players.silent
    since = players.witness.mark
    stage.begins()
    stage.hour(await go_to(staff, following(await staff.now(), weekday=MONDAY, hour=0, minute=5)))
    missed = await stage.sees(
        "一周过完：问候逾期",
        DutyMissed,
        lambda e: (_MISSED, e.duty_id),
        tells=lambda e: f"{person.name}，{e.rule}，仍然欠着，不会过期作废",
        since=since,
        person_id=person.person_id,
        rule=RULE,
    )
    return missed.event.duty_id


async def _somebody_above_learns(
    players: Players, duty_id: DutyId, rung: int, role: str, name: str, weekday: int
) -> None:
    stage, staff, since = players.stage, players.staff, players.witness.mark
    stage.begins()
    stage.hour(await go_to(staff, following(await staff.now(), weekday=weekday, hour=8, minute=5)))
    escalated = await stage.sees(
        f"督办第 {rung} 级：{name}",
        DutyEscalated,
        lambda e: (_RUNG, e.duty_id),
        since=since,
        duty_id=duty_id,
        rung=rung,
    )
    case = await players.witness.sees(CaseOpened, duty_id=duty_id, within=30)
    holder = players.city.holder(players.silent, role).name
    asked = await stage.sees(
        f"请求给{name}{holder}发短信（紧急）",
        SmsRequested,
        lambda e: (_ASKED, e.sms_id),
        began_with=escalated,
        since=since,
        case_id=case.event.case_id,
        role=role,
        lane="urgent",
    )
    await stage.sees("送达手机", SmsDelivered, lambda e: (_DELIVERED, e.sms_id), since=since, sms_id=asked.event.sms_id)
    await players.shows_sms(asked.event.sms_id)


async def _somebody_goes(players: Players, duty_id: DutyId) -> None:
    stage, person = players.stage, players.silent
    stage.begins()
    await players.staff.record_contact(person, "community-worker", "visit")
    await stage.sees(
        "社区上门，人平安：补办结，记为逾期",
        DutyDone,
        lambda e: (_DONE, e.duty_id),
        duty_id=duty_id,
        late=True,
    )
