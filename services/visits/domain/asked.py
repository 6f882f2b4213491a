"""What a person asks of whoever calls or comes, as those who owe them something are told it."""

from collections.abc import Sequence

from contracts.registry import AskFirst, Hours
from services.visits.domain.care import Care, Contact
from services.visits.domain.episode import episode
from services.visits.domain.policy import Policy


def asked_by(care: Care) -> tuple[str, ...]:
    """Of the dead nobody asks it."""
    if episode(care) is not None:
        return ()
    return asked_for(care.policy, care.wishes, care.hours, care.ask_first)


def is_unwished(care: Care, contact: Contact) -> bool:
    """Made with the person, by the city's clock, in the hours at which they had asked by then not to be called or visited."""
    since, policy = care.hours_since, care.policy
    if since is None or contact.made_at < since or not policy.reaches(contact.kind, contact.strength):
        return False
    clock = f"{contact.made_at.astimezone(policy.zone):%H:%M}"
    return episode(care) is None and any(_holds(span, clock) for span in care.hours)


def _holds(span: Hours, clock: str) -> bool:
    """One whose end is the earlier passes midnight."""
    if span.begin <= span.end:
        return span.begin <= clock < span.end
    return clock >= span.begin or clock < span.end


def asked_for(policy: Policy, wishes: Sequence[str], hours: Sequence[Hours], first: AskFirst | None) -> tuple[str, ...]:
    """Each wish by its Chinese name, with what it carries. Whom they name is said by the role: names are the registry's."""
    carried = {
        "hours": "、".join(f"{span.begin}-{span.end}" for span in hours),
        "whom": policy.zh("roles", first.role) if first is not None else "",
    }
    return tuple(_said(policy.zh("wishes", wish), carried.get(policy.carries.get(wish, ""), "")) for wish in wishes)


def _said(wish: str, carried: str) -> str:
    return f"{wish}：{carried}" if carried else wish
