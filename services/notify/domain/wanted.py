"""Who must be told what, by all that is known now: compared with the SMS that exist, it says what is still to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from contracts.ids import CaseId, HolderId
from contracts.notify import RECALLED, WISHES_CHANGED, WISHES_WITHDRAWN
from contracts.personal import SealedContact
from services.notify.domain.notice import (
    ASKED,
    BY_DEATH,
    RECALL,
    WENT_OUT,
    Case,
    Notice,
    Sms,
    Telling,
    rung_of,
)

NORMAL = "normal"


class Key(NamedTuple):
    """One word to one holder."""

    case_id: CaseId
    stage: str
    holder_id: HolderId
    turn: datetime | None
    """What came before and does not count any more: a closing, or for a recall the SMS that it takes back."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One SMS that must exist."""

    key: Key
    role: str
    phone: SealedContact
    template: str
    lane: str
    since: datetime


def owed(notice: Notice) -> list[tuple[Case, Telling]]:
    """The stages at which somebody is owed a word: asked since the case was last closed, and not known since asked.

    Of the dead nobody is told but what their death itself asks for: greetings stop the moment that it is heard.
    """
    dead = notice.dead
    found = []
    for telling in notice.tellings.values():
        case = notice.cases[telling.case_id]
        if not case.stands or (dead and case.cause != BY_DEATH):
            continue
        asked_since = case.closed_at is None or telling.asked_at > case.closed_at
        if asked_since and not _is_known(notice, telling):
            found.append((case, telling))
    return found


def _is_known(notice: Notice, telling: Telling) -> bool:
    """Who holds the role now has said since that they know, or somebody above. Knowing passes to nobody above, and no successor."""
    holder = notice.holder(telling.role)
    return any(
        sms.case_id == telling.case_id
        and sms.acknowledged_at is not None
        and sms.acknowledged_at >= telling.asked_at
        and (rung_of(sms.stage) > rung_of(telling.stage) or (holder is not None and sms.holder_id == holder.holder_id))
        for sms in notice.sms.values()
    )


def wanted(notice: Notice) -> dict[Key, Wanted]:
    """Everything that must be told to somebody; a role that nobody holds is missing here, and its case is parked."""
    found: dict[Key, Wanted] = {}
    for case, telling in owed(notice):
        if (holder := notice.holder(telling.role)) is not None:
            key = Key(case.case_id, telling.stage, holder.holder_id, case.turn)
            found[key] = Wanted(key, telling.role, holder.phone, telling.template, telling.lane, telling.asked_at)
    for case in notice.cases.values():
        if case.closed_at is not None and not case.stands and case.why == "retraction":
            found |= _recalls(notice, case)
    return found | _asked_anew(notice)


def _asked_anew(notice: Notice) -> dict[Key, Wanted]:
    """Whoever was told something else of what the person asks for than holds now: one word each, however many cases they have.

    One that has changed again before it was sent is not wanted any more, and what has changed back needs none.
    """
    found: dict[Key, Wanted] = {}
    for holder_id, sms in _last_told(notice).items():
        holder, asked = notice.holder(sms.role), notice.asked_of(holder_id)
        template = WISHES_CHANGED if notice.asks_of(holder_id) else WISHES_WITHDRAWN
        if sms.asked == asked or holder is None or holder.holder_id != holder_id or not notice.voice.knows(template):
            continue
        assert sms.case_id is not None and sms.requested_at is not None
        key = Key(sms.case_id, f"{ASKED}{asked}", holder_id, sms.requested_at)
        found[key] = Wanted(key, sms.role, holder.phone, template, NORMAL, notice.asked_since or sms.requested_at)
    return found


def _last_told(notice: Notice) -> dict[HolderId, Sms]:
    """The latest SMS of a case that stands, of those that said what the person asks for; what only corrects it counts once sent."""
    found: dict[HolderId, Sms] = {}
    for sms in notice.sms.values():
        if sms.asked is None or sms.case_id is None or sms.holder_id is None or not notice.cases[sms.case_id].stands:
            continue
        if sms.status not in WENT_OUT and not (sms.unsent and not sms.stage.startswith(ASKED)):
            continue
        last = found.get(sms.holder_id)
        if last is None or _when(last) < _when(sms):
            found[sms.holder_id] = sms
    return {} if notice.dead else found


def _when(sms: Sms) -> tuple[str, str]:
    return sms.requested_at.isoformat() if sms.requested_at is not None else "", str(sms.sms_id)


def says_wishes(notice: Notice, word: Wanted) -> bool:
    return word.key.stage.startswith(ASKED) or notice.voice.says_wishes(word.template)


def _recalls(notice: Notice, case: Case) -> dict[Key, Wanted]:
    """What was false is taken back from everybody whom it may have reached, at the number that was told."""
    told: dict[HolderId, tuple[datetime, Sms]] = {}
    for sms in notice.sms.values():
        if sms.case_id != case.case_id or sms.stage == RECALL or sms.status not in WENT_OUT:
            continue
        assert sms.holder_id is not None and sms.requested_at is not None
        if sms.holder_id not in told or told[sms.holder_id][0] < sms.requested_at:
            told[sms.holder_id] = sms.requested_at, sms
    recalls = {}
    for holder_id, (at, sms) in told.items():
        assert sms.phone is not None and case.closed_at is not None
        key = Key(case.case_id, RECALL, holder_id, at)
        recalls[key] = Wanted(key, sms.role, sms.phone, RECALLED, sms.lane, case.closed_at)
    return recalls


def key_of(sms: Sms) -> Key | None:
    """What this SMS is for; None for one of which only the status was heard."""
    if sms.case_id is None or sms.holder_id is None:
        return None
    return Key(sms.case_id, sms.stage, sms.holder_id, sms.turn)


def live(notice: Notice) -> set[Key]:
    """What an SMS exists for. One that came to nothing does not count: the same word may be said anew."""
    return {key for sms in notice.sms.values() if not sms.came_to_nothing and (key := key_of(sms))}
