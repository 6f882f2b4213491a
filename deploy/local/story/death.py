"""The third chapter: a death in the night. The greeting that waits for the morning is never sent; the family is owed a visit."""

from uuid import UUID

from contracts.gateway import SmsDelivered, SmsHeldBack
from contracts.notify import CaseOpened, SmsRequested, SmsWithdrawn
from contracts.registry import DeathReported
from contracts.visits import DutyDone, DutyOpened, DutySuperseded
from deploy.local.actors.city import Person
from deploy.local.actors.witness import NotSeen
from deploy.local.story.cast import Players
from deploy.local.story.greeting import RULE, routine
from deploy.local.story.hours import MONDAY, following, go_to

FAMILY_RULE = "death-family-visit"
_OWED = "SELECT closed_at IS NULL FROM visits.duties WHERE duty_id = $1"
_STOPPED = "SELECT closed_as = 'superseded' AND closed_by = 'death' FROM visits.duties WHERE duty_id = $1"
_DONE = "SELECT closed_as = 'done' FROM visits.duties WHERE duty_id = $1"
_QUEUED = "SELECT state = 'queued' AND not_before IS NOT NULL FROM gateway.outgoing WHERE sms_id = $1"
_DEAD = "SELECT reported_at FROM registry.deaths WHERE report_id = $1"
_WITHDRAWN = "SELECT withdrawn_at FROM notify.sms WHERE sms_id = $1"
_HELD_BACK = "SELECT state = 'held-back' FROM gateway.outgoing WHERE sms_id = $1"
_DELIVERED = "SELECT state = 'delivered' FROM gateway.outgoing WHERE sms_id = $1"


async def tell(players: Players) -> None:
    stage, staff, person = players.stage, players.staff, players.dying
    stage.chapter(f"三、{person.name}夜里去世")
    await routine(players)
    since = players.witness.mark
    stage.begins()
    stage.hour(await go_to(staff, following(await staff.now(), weekday=MONDAY, hour=0, minute=5)))
    greeting = await _a_greeting_waits(players, person, since)
    other = await _a_greeting_waits(players, players.neighbour, since)
    opened = await _the_death_is_reported(players)
    await _the_greeting_dies(players, greeting)
    await _the_family_is_owed(players, opened)
    await _in_the_morning(players, greeting, other)
    await _the_family_is_visited(players, opened)


async def _a_greeting_waits(players: Players, person: Person, since: int) -> UUID:
    """A new week: a new greeting is owed, and its SMS waits for the end of the quiet hours."""
    stage, witness = players.stage, players.witness
    opened = await witness.sees(
        DutyOpened, person_id=person.person_id, rule=RULE, since=since, within=30, where=lambda e: e.kind == "check-in"
    )
    case = await witness.sees(CaseOpened, duty_id=opened.event.duty_id, within=30)
    asked = await stage.sees(
        f"新的一周：请社区问候{person.name}的短信排队，等到早上 7 点",
        SmsRequested,
        lambda e: (_QUEUED, e.sms_id),
        began_with=opened,
        case_id=case.event.case_id,
        role="community-worker",
        lane="normal",
    )
    return asked.event.sms_id


async def _the_death_is_reported(players: Players) -> DutyOpened:
    stage, person, since = players.stage, players.dying, players.witness.mark
    async with stage.doing(f"家属来电，老干部局登记{person.name}去世", "registry"):
        stage.begins()
        report = await players.staff.report_death(person, source="family")
    died = await stage.sees("去世入档", DeathReported, lambda e: (_DEAD, e.report_id), since=since, report_id=report)
    await stage.sees(
        "对本人的问候、电话一律停止",
        DutySuperseded,
        lambda e: (_STOPPED, e.duty_id),
        began_with=died,
        since=since,
        person_id=person.person_id,
        rule=RULE,
        by="death",
    )
    opened = await stage.sees(
        "产生必访事项：慰问家属",
        DutyOpened,
        lambda e: (_OWED, e.duty_id),
        began_with=died,
        since=since,
        person_id=person.person_id,
        rule=FAMILY_RULE,
    )
    return opened.event


async def _the_greeting_dies(players: Players, sms_id: UUID) -> None:
    stage = players.stage
    await stage.sees("排队的问候短信撤回", SmsWithdrawn, lambda e: (_WITHDRAWN, e.sms_id), sms_id=sms_id)
    await stage.sees(
        "短信网关扣下，不再发出", SmsHeldBack, lambda e: (_HELD_BACK, e.sms_id), sms_id=sms_id, why="withdrawn"
    )


async def _the_family_is_owed(players: Players, opened: DutyOpened) -> None:
    stage, person = players.stage, players.dying
    case = await players.witness.sees(CaseOpened, duty_id=opened.duty_id, within=30)
    asked = await players.witness.sees(SmsRequested, case_id=case.event.case_id, lane="urgent", within=30)
    await stage.sees(
        f"老干部局{players.city.holder(person, 'bureau-officer').name}收到短信（紧急，夜里也发）",
        SmsDelivered,
        lambda e: (_DELIVERED, e.sms_id),
        sms_id=asked.event.sms_id,
    )
    await players.shows_sms(asked.event.sms_id)


async def _in_the_morning(players: Players, dead: UUID, alive: UUID) -> None:
    """The neighbour's greeting goes out at seven; of the one that was withdrawn the carrier has never heard."""
    stage, staff = players.stage, players.staff
    stage.begins()
    stage.hour(await go_to(staff, following(await staff.now(), hour=9)))
    await stage.sees(
        f"到了早上，问候{players.neighbour.name}的短信发出并送达",
        SmsDelivered,
        lambda e: (_DELIVERED, e.sms_id),
        sms_id=alive,
    )
    async with stage.doing(f"问候{players.dying.name}的短信，运营商从未收到", "gateway") as step:
        ledger = await players.carrier.ledger()
        if ledger.text_of(dead) is not None or ledger.taken_twice:
            raise NotSeen(f"{dead} 不在运营商的账上，也没有一条收了两次（{ledger.taken_twice}）", 0)
        step.details.append(f"运营商共收到 {len(ledger.taken)} 条短信，没有一条重复")


async def _the_family_is_visited(players: Players, opened: DutyOpened) -> None:
    players.stage.begins()
    await players.staff.record_contact(players.dying, "bureau-officer", "visit")
    await players.stage.sees(
        "老干部局上门慰问家属，办结", DutyDone, lambda e: (_DONE, e.duty_id), duty_id=opened.duty_id, late=False
    )
