"""The city's civil time: the day of a file, of a night, of what people read. (A rule's own zone is its policy's.)"""

from typing import Final
from zoneinfo import ZoneInfo

CITY: Final = ZoneInfo("Asia/Shanghai")
