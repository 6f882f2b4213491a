"""What the columns of the gateway's list are called when it is had as a sheet."""

from bus.sheets import Column, Titles
from services.gateway.domain.outgoing import State

_LANES = {"urgent": "紧急", "normal": "普通", "bulk": "批量"}
_STATES = {
    State.AWAITED.value: "未收到请求",
    State.QUEUED.value: "待发",
    State.SUBMITTING.value: "正在提交",
    State.HELD_BACK.value: "已扣下",
    State.UNKNOWN.value: "结果不明",
    State.ACCEPTED.value: "网关已受理",
    State.FAILED.value: "失败",
    State.DELIVERED.value: "已送达",
}

TITLES: Titles = {
    "sms_id": Column("短信编号"),
    "person_id": Column("人员编号"),
    "lane": Column("通道", _LANES),
    "state": Column("状态", _STATES),
    "attempt": Column("提交次数"),
    "requested_at": Column("请求时间"),
    "submitted_at": Column("提交时间"),
    "why": Column("原因"),
}
