"""The ledgers, compared both ways: what the outside world was promised, what the services hold, what Kafka and the carrier saw."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bench.storm_facts import Facts
from bench.storm_load import Ledgers, Said
from bus.decisions import Decisions
from contracts.all import TOPICS
from contracts.gateway import SmsUnknown
from contracts.ids import derived
from contracts.medical import AdmissionCancelled, PatientAdmitted, PatientDischarged
from contracts.notify import SmsRequested
from contracts.registry import HardshipReported
from contracts.visits import ContactMade, DutyEscalated, DutyMissed, DutyOpened
from deploy.local.actors.carrier import Ledger
from deploy.local.actors.shape import HOSPITAL
from deploy.local.actors.witness import Witness
from tests.journeys.quiet import SERVICES

RULES: Final = ("hospital-visit-liaison", "hospital-visit-bureau")
"""What every stay must be owed, by the policy of the city; the template of each has its name."""

_OUTGOING: Final = "SELECT sms_id::text, state, attempt, lane FROM gateway.outgoing WHERE state <> 'awaited'"
_WENT_ON: Final = """
SELECT s.sms_id::text FROM notify.sms s
JOIN notify.cases c USING (person_id, case_id) JOIN visits.duties d USING (person_id, duty_id)
WHERE s.handed_over OR c.closed_at IS NOT NULL OR c.acknowledged_at IS NOT NULL OR d.rung > 0 OR d.closed_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison. `lost`: promised and not there. `doubled`: there more than once, or never promised."""

    what: str
    promised: int
    found: int
    lost: int
    doubled: int


@dataclass
class Verdict:
    lines: list[Line] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What is neither lost nor doubled, and must not be all the same."""
    named: list[str] = field(default_factory=list)
    """The first of what is lost, or there and never promised, of each line."""
    states: Counter[str] = field(default_factory=Counter)
    """SMS by state of the gateway."""
    ever_unknown: int = 0

    @property
    def lost(self) -> int:
        return sum(line.lost for line in self.lines)

    @property
    def doubled(self) -> int:
        return sum(line.doubled for line in self.lines)

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)

    def compare(self, what: str, promised: Iterable[Any], found: Iterable[Any]) -> None:
        """Each promised thing is found once, and nothing else is."""
        wanted, there = set(promised), Counter(iter(found))
        lost, strange = wanted - there.keys(), there.keys() - wanted
        more = there.total() - len(there) + len(strange)
        self.lines.append(Line(what, len(wanted), there.total(), len(lost), more))
        self.named += [f"lost: {what}: {one}" for one in sorted(map(str, lost))[:3]]
        self.named += [f"never promised: {what}: {one}" for one in sorted(map(str, strange))[:3]]

    def never(self, what: str, cases: Iterable[Any]) -> None:
        """None of these may exist."""
        if found := sorted(map(str, cases)):
            self.wrong.append(f"{what}: {len(found)} ({', '.join(found[:3])})")


async def compared(promised: Ledgers, facts: Facts, witness: Witness, carrier: Ledger) -> Verdict:
    """Called when all is quiet."""
    verdict = Verdict(ever_unknown=len(facts.of_type[SmsUnknown.type]))
    await _stays(verdict, promised, facts, witness)
    await _duties(verdict, promised, facts, witness)
    await _staff(verdict, promised, facts, witness)
    await _sms(verdict, facts, witness, carrier)
    await _whatever_was_said(verdict, facts, witness)
    return verdict


def _stay_id(number: str) -> str:
    return str(derived("stay", derived("visit", HOSPITAL, number), 0))


def _told(promised: Ledgers, which: Callable[[Said], bool] = lambda _: True) -> set[str]:
    """The stays that must have been told of: all but those that were cancelled before they were heard of."""
    said = promised.visits.items()
    return {_stay_id(number) for number, s in said if s.story != "cancelled-first" and which(s)}


async def _column(witness: Witness, query: str, *args: object) -> list[Any]:
    return [tuple(row) if len(row) > 1 else row[0] for row in await witness.rows(query, *args)]


async def _stays(verdict: Verdict, promised: Ledgers, facts: Facts, witness: Witness) -> None:
    """From the hospital's ledger to medical, Kafka, visits and the file."""
    visits = [str(derived("visit", HOSPITAL, number)) for number in promised.visits]
    told = _told(promised)
    kept = await _column(witness, "SELECT visit_id::text FROM medical.stays")
    verdict.compare("visits acknowledged → stays in medical", visits, kept)
    for kind, of in (
        (PatientAdmitted, told),
        (PatientDischarged, _told(promised, lambda s: s.discharged)),
        (AdmissionCancelled, _told(promised, lambda s: s.cancelled)),
    ):
        verdict.compare(f"{kind.__name__} on Kafka", of, (fact["stay_id"] for fact in facts.each(kind)))
    verdict.compare("stays in visits", told, await _column(witness, "SELECT stay_id::text FROM visits.stays"))
    query = "SELECT source_id FROM registry.file_lines WHERE what = 'stay.admitted'"
    verdict.compare("stays in the file", told, await _column(witness, query))


async def _duties(verdict: Verdict, promised: Ledgers, facts: Facts, witness: Witness) -> None:
    """From stays to duties, of each rule one, and from each duty to the SMS that tells its holder."""
    told = _told(promised)
    query = "SELECT cause_id::text FROM visits.duties WHERE rule = $1"
    for rule in RULES:
        verdict.compare(f"duties {rule}", told, await _column(witness, query, rule))
    every = await _column(witness, "SELECT duty_id::text FROM visits.duties")
    verdict.compare("DutyOpened on Kafka", every, (fact["duty_id"] for fact in facts.each(DutyOpened)))
    missed = await _column(witness, "SELECT duty_id::text FROM visits.duties WHERE missed_at IS NOT NULL")
    verdict.compare("DutyMissed on Kafka", missed, (fact["duty_id"] for fact in facts.each(DutyMissed)))
    rungs = facts.count(DutyEscalated, "duty_id", "rung")
    verdict.compare("DutyEscalated, each rung once", rungs, rungs.elements())
    owed = {(str(derived("case", f["duty_id"])), f["message"]) for f in facts.each(DutyOpened) if f["rule"] in RULES}
    asked = ((f["case_id"], f["template"]) for f in facts.each(SmsRequested) if f["template"] in RULES)
    verdict.compare("SmsRequested of a stay's duties", owed, asked)


async def _staff(verdict: Verdict, promised: Ledgers, facts: Facts, witness: Witness) -> None:
    contacts, hardships = [*map(str, promised.contacts)], [*map(str, promised.hardships)]
    verdict.compare(
        "contacts in visits", contacts, await _column(witness, "SELECT contact_id::text FROM visits.contacts")
    )
    verdict.compare("ContactMade on Kafka", contacts, (fact["contact_id"] for fact in facts.each(ContactMade)))
    reported = (fact["hardship_id"] for fact in facts.each(HardshipReported))
    verdict.compare("HardshipReported on Kafka", hardships, reported)
    query = "SELECT cause_id::text FROM visits.duties WHERE rule = 'hardship-visit'"
    verdict.compare("duties hardship-visit", hardships, await _column(witness, query))


async def _sms(verdict: Verdict, facts: Facts, witness: Witness, carrier: Ledger) -> None:
    """From Kafka to the gateway to the carrier. What was claimed and never came is `unknown`, and its case went on."""
    rows = {row["sms_id"]: row for row in await witness.rows(_OUTGOING)}
    verdict.states = Counter(row["state"] for row in rows.values())
    requested = [fact["sms_id"] for fact in facts.each(SmsRequested)]
    verdict.compare("SMS requested once", set(requested), requested)
    verdict.compare("SMS requested = Σ states of the gateway", requested, rows)
    query = "SELECT sms_id::text FROM notify.sms WHERE requested_at IS NOT NULL"
    verdict.compare("SMS in notify", requested, await _column(witness, query))
    taken = Counter(carrier.taken)
    for id_ in carrier.taken_twice:
        taken[id_] = max(2, taken[id_])
    came = [id_ for id_, row in rows.items() if row["state"] in ("accepted", "delivered")]
    may_have = {id_ for id_, row in rows.items() if row["state"] in ("unknown", "failed")}
    verdict.compare("SMS taken by the carrier", {*came, *(may_have & taken.keys())}, taken.elements())
    verdict.never("SMS still with the sender", (id_ for id_, row in rows.items() if row["state"] == "submitting"))
    unreached = {id_ for id_, row in rows.items() if row["state"] == "unknown" and row["lane"] == "urgent"}
    verdict.never("unknown, and its case did not go on", unreached - {*await _column(witness, _WENT_ON)})
    verdict.never("told again with other words", facts.otherwise)


async def _whatever_was_said(verdict: Verdict, facts: Facts, witness: Witness) -> None:
    """Of every fact, whatever it tells: who told it has it on Kafka, and whom it concerns has acted upon it."""
    kept = [
        id_
        for name in SERVICES
        for id_ in await _column(witness, f"SELECT event_id::text FROM {name}.told WHERE topic = ANY($1)", [*TOPICS])
    ]
    verdict.compare("told by a service = on Kafka", kept, (id_ for of in facts.of_type.values() for id_ in of))
    for name, service in SERVICES.items():
        query = f"SELECT id::text FROM {name}.journal WHERE decision = $1 AND kind = 'heard'"
        for table in service.decisions:
            if table.heard:
                heard = await _column(witness, query, table.name)
                verdict.compare(f"heard by {name}: {table.name}", set(_concerning(table, facts)), heard)


def _concerning(table: Decisions[Any], facts: Facts) -> Iterator[str]:
    for event, hearing in table.heard.items():
        for id_, words in facts.of_type[event.type].items():
            if hearing.key(event.model_validate_json(words)) is not None:
                yield id_
