"""What medical hears and is asked: the directory's cards, and the messages of hospitals."""

from dataclasses import replace
from datetime import datetime

from bus.decisions import Decision, Decisions
from contracts.registry import PersonCard
from services.medical import domain
from services.medical.domain import Patient, SetAside
from services.medical.requests import SetMessageAside, Taken, TakeNotice
from services.medical.tables import patient_store, set_aside_store

patient = Decisions(of=Patient, kept_in=patient_store, zh="住院")
aside = Decisions(of=SetAside, kept_in=set_aside_store, zh="留待核对的消息")


@patient.hears(PersonCard, key=lambda card: card.resident_id_index)
def a_card_is_stated(state: Patient, card: PersonCard, now: datetime) -> Decision[Patient]:
    """Who was in hospital before they came under care is told of when their card comes."""
    return Decision(*domain.carded(state, card, now))


@patient.asked(TakeNotice)
def take_notice(state: Patient, notice: TakeNotice, now: datetime) -> Decision[Patient]:
    """Stored in any case; told only when it changes a stay of a person who is surely meant."""
    return Decision(*domain.noticed(state, notice, now), answer=Taken(at=now))


@aside.asked(SetMessageAside)
def set_message_aside(state: SetAside, message: SetMessageAside, now: datetime) -> Decision[SetAside]:
    """Kept and listed; it says nothing of anybody."""
    kept = replace(
        state,
        reason=message.reason,
        place=message.place,
        source=message.source,
        control_id=message.control_id,
        received_at=now,
    )
    return Decision(kept, answer=Taken(at=now, aside=message.reason))
