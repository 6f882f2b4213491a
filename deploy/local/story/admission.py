"""The first chapter: one admission message becomes an owed visit, an SMS in the liaison's hand, and lines in the file."""

from contracts.gateway import SmsDelivered, SmsReplied
from contracts.ids import derived
from contracts.medical import PatientAdmitted, PatientDischarged
from contracts.notify import CaseAcknowledged, CaseOpened, SmsRequested
from contracts.visits import ContactMade, DutyDone, DutyOpened
from deploy.local.actors.messages import SHANGHAI, Visit
from deploy.local.actors.shape import HOSPITAL
from deploy.local.actors.witness import Sighting
from deploy.local.story.cast import Players

_TOLD = "SELECT told_admitted FROM medical.stays WHERE visit_id = $1"
_ENDED = "SELECT told_discharged FROM medical.stays WHERE visit_id = $1"
_OWED = "SELECT closed_at IS NULL FROM visits.duties WHERE duty_id = $1"
_KNOWN = "SELECT acknowledged_at FROM visits.duties WHERE duty_id = $1"
_DONE = "SELECT closed_as = 'done' FROM visits.duties WHERE duty_id = $1"
_CASE = "SELECT announced FROM notify.cases WHERE case_id = $1"
_ASKED = "SELECT requested_at FROM notify.sms WHERE sms_id = $1"
_DELIVERED = "SELECT state = 'delivered' FROM gateway.outgoing WHERE sms_id = $1"
_REPLIED = "SELECT heeded FROM notify.replies WHERE reply_id = $1"
_CONTACT = "SELECT recorded_at FROM visits.contacts WHERE contact_id = $1"
_LINES = "SELECT count(DISTINCT what) = 6 FROM registry.file_lines WHERE source_id = ANY($1)"


async def tell(players: Players) -> None:
    """The delays of the first steps are counted from the hospital's first byte, those of the rest from each deed."""
    stage, person = players.stage, players.patient
    stage.chapter(f"一、{person.name}住院")
    stage.hour(await players.staff.now())
    since = players.witness.mark
    visit = await _the_hospital_speaks(players)
    admitted, opened = await _a_visit_is_owed(players, visit, since)
    sms = await _the_liaison_is_told(players, admitted, opened.event, since)
    await _the_liaison_answers(players, sms, opened.event)
    contact = await _the_visit_is_made(players, opened.event)
    await _the_stay_ends(players, visit, admitted.event)
    ids = [admitted.event.stay_id, opened.event.duty_id, sms.case_id, contact.contact_id]
    await _the_file_shows_it(players, [str(id_) for id_ in ids])


async def _the_hospital_speaks(players: Players) -> Visit:
    stage, hospital, person = players.stage, players.hospital, players.patient
    visit = hospital.visit(await players.staff.now())
    adt = hospital.message("A01", person, visit, at=visit.admitted_at)
    async with stage.doing(f"{HOSPITAL}经 MLLP 发来 HL7 入院消息（GB 18030），存妥后确认 AA", "medical") as step:
        stage.begins()
        taken = await hospital.send(adt, charset="gb18030")
        step.seconds = taken.seconds
        step.details.append(adt.body("gb18030").decode("gb18030").split("\r")[0])
    return visit


async def _a_visit_is_owed(
    players: Players, visit: Visit, since: int
) -> tuple[Sighting[PatientAdmitted], Sighting[DutyOpened]]:
    stage, person = players.stage, players.patient
    admitted = await stage.sees(
        "凭身份证号与姓名对上本人",
        PatientAdmitted,
        lambda _: (_TOLD, derived("visit", HOSPITAL, visit.number)),
        tells=lambda e: f"{person.name}，{players.city.unit[person.unit_id].name}；病区封存，单位只知住院",
        since=since,
        person_id=person.person_id,
    )
    opened = await stage.sees(
        "产生必访事项：联络员应去看望",
        DutyOpened,
        lambda e: (_OWED, e.duty_id),
        tells=lambda e: f"规则 {e.rule}，政策 {e.policy}，期限 {e.due_at.astimezone(SHANGHAI):%m月%d日 %H:%M}",
        began_with=admitted,
        since=since,
        where=lambda e: e.cause.id == admitted.event.stay_id,
        role="liaison",
    )
    return admitted, opened


async def _the_liaison_is_told(
    players: Players, admitted: Sighting[PatientAdmitted], opened: DutyOpened, since: int
) -> SmsRequested:
    stage, liaison = players.stage, players.patient.liaison
    case = await stage.sees(
        "立案通知", CaseOpened, lambda e: (_CASE, e.case_id), since=since, duty_id=opened.duty_id, began_with=admitted
    )
    asked = await stage.sees(
        f"请求给联络员{liaison.name}发短信，与医院消息同一关联号",
        SmsRequested,
        lambda e: (_ASKED, e.sms_id),
        began_with=admitted,
        since=since,
        case_id=case.event.case_id,
    )
    sms_id = asked.event.sms_id
    await stage.sees("运营商回执：送达手机", SmsDelivered, lambda e: (_DELIVERED, e.sms_id), since=since, sms_id=sms_id)
    await players.shows_sms(sms_id)
    return asked.event


async def _the_liaison_answers(players: Players, sms: SmsRequested, opened: DutyOpened) -> None:
    stage = players.stage
    stage.begins()
    await players.carrier.reply(players.address(players.patient, "liaison"), "1")
    await stage.sees(
        "联络员回复 1，短信网关认出是哪一件事",
        SmsReplied,
        lambda e: (_REPLIED, e.reply_id),
        sms_id=sms.sms_id,
        answer="known",
    )
    await stage.sees(
        "记为“已知晓”（不算走访）", CaseAcknowledged, lambda e: (_KNOWN, e.duty_id), duty_id=opened.duty_id
    )


async def _the_visit_is_made(players: Players, opened: DutyOpened) -> ContactMade:
    stage, person = players.stage, players.patient
    async with stage.doing("联络员到病房看望，经 HTTP 记录走访", "visits") as step:
        stage.begins()
        discharged = await players.staff.record_contact(person, "liaison")
        step.details.append(f"办结 {len(discharged)} 项")
    made = await stage.sees(
        "走访入账",
        ContactMade,
        lambda e: (_CONTACT, e.contact_id),
        where=lambda e: opened.duty_id in e.discharged,
        person_id=person.person_id,
    )
    await stage.sees("必访事项按期办结", DutyDone, lambda e: (_DONE, e.duty_id), duty_id=opened.duty_id, late=False)
    await players.staff.record_contact(person, "bureau-officer")  # the bureau owes its own visit, and makes it
    return made.event


async def _the_stay_ends(players: Players, visit: Visit, admitted: PatientAdmitted) -> None:
    players.stage.begins()
    await players.hospital.discharges(players.patient, visit)
    await players.stage.sees(
        "医院发来 A03：出院",
        PatientDischarged,
        lambda _: (_ENDED, derived("visit", HOSPITAL, visit.number)),
        stay_id=admitted.stay_id,
    )


async def _the_file_shows_it(players: Players, ids: list[str]) -> None:
    """Admission, duty, acknowledgement, contact, completion, discharge: six kinds of lines from four services."""
    async with players.stage.doing("一人一档都记下了，每一条都有来源、经手人、时间", "registry") as step:
        await players.witness.finds(_LINES, ids, within=30)
        lines = await players.staff.file(players.patient)
        step.details += [line["zh"] for line in lines if line["source"]["id"] in ids]
