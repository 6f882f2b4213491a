"""What the columns of the lists of medical are called when they are had as sheets."""

from bus.sheets import Column, Titles
from services.medical.unmatched import Reason

_DOUBT = {
    Reason.DEATH.value: "去世报告的姓名不符",
    Reason.STAY.value: "姓名和出生日期都不符",
    Reason.STRANGER.value: "查无此人",
}

TITLES: Titles = {
    "patient_id": Column("患者编号"),
    "visit_id": Column("就诊编号"),
    "hospital": Column("医院"),
    "Unmatched.reason": Column("原因", _DOUBT),
    "began_at": Column("入院时间"),
    "message_id": Column("消息编号"),
    "reason": Column("原因"),
    "place": Column("位置"),
    "source": Column("来源"),
    "control_id": Column("消息控制号"),
    "received_at": Column("收到时间"),
}
