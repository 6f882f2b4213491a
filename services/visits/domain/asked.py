"""What a person asks of whoever calls or comes, as those who owe them something are told it."""

from collections.abc import Sequence

from contracts.registry import AskFirst, Hours
from services.visits.domain.care import Care, episode
from services.visits.domain.policy import Policy


def asked_by(care: Care) -> tuple[str, ...]:
    """Of the dead nobody asks it."""
    if episode(care) is not None:
        return ()
    return asked_for(care.policy, care.wishes, care.hours, care.ask_first)


def asked_for(policy: Policy, wishes: Sequence[str], hours: Sequence[Hours], first: AskFirst | None) -> tuple[str, ...]:
    """Each wish by its Chinese name, with what it carries. Whom they name is said by the role: names are the registry's."""
    carried = {
        "hours": "、".join(f"{span.begin}-{span.end}" for span in hours),
        "whom": policy.zh("roles", first.role) if first is not None else "",
    }
    return tuple(_said(policy.zh("wishes", wish), carried.get(policy.carries.get(wish, ""), "")) for wish in wishes)


def _said(wish: str, carried: str) -> str:
    return f"{wish}：{carried}" if carried else wish
