"""Why somebody is not under care any more."""

from collections.abc import Mapping

CARE_ENDED: Mapping[str, str] = {
    "moved-away": "此人已迁出",
    "ended": "此人已停止服务",
    "enrolled-in-error": "此人系误登记，已停止服务",
    "merged": "此人的档案已并入另一份",
    "death-retracted": "亲属的去世登记已撤销，此人不再是遗属",
}
"""Why nothing is asked of somebody any more."""
DIED = "已去世"


def became(*, dead: bool, care_ended: str | None) -> str | None:
    """Of somebody who is not under care any more."""
    return DIED if dead else CARE_ENDED.get(care_ended, CARE_ENDED["ended"]) if care_ended is not None else None
