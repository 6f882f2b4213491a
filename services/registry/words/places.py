"""What is said of units, of who holds a post there, and of where people go when one ends."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from contracts.zone import CITY

NO_SUCH_UNIT = "没有这个单位，或类别不符"
NO_LIAISON = "此人不是该单位任何人员的在职联络员"
NO_HOLDER = "此人不在任何人的卡片上：不是责任人、在职联络员，也不在谁的特别关爱小组"
HOLDER_ELSEWHERE = "此人还联系着令牌范围以外的人，由上一级登记外出"
OTHER_CITY = "不在同一个市"
ENDED: Mapping[str, str] = {
    "merged": "单位已于{day}并入{became}",
    "split": "单位已于{day}分设为{became}",
    "abolished": "单位已于{day}撤销，人员转入{became}",
}
PLACING: Mapping[str, str] = {
    "nowhere": "以下人员没有去向",
    "twice": "以下人员有几个去向",
    "strangers": "以下人员不属于该单位",
    "without-liaison": "以下人员将没有在职联络员：请写明其联络员随同转入，或指定接收单位的联络员",
}
"""What can be wrong with who goes where when a unit ends."""


def ended(because: str, at: datetime, became: Iterable[str]) -> str:
    day = at.astimezone(CITY)
    return ENDED[because].format(day=f"{day.year}年{day.month}月{day.day}日", became="、".join(became))
