"""What the columns of the lists of notify are called when they are had as sheets."""

from bus.sheets import Column, Titles

_LANES = {"urgent": "紧急", "normal": "普通", "bulk": "群发"}
_STATUS = {
    "requested": "待发", "held-back": "未发出", "expired": "过期未发", "unknown": "不知是否送达", "accepted": "运营商已收",
    "failed": "发送失败", "delivered": "已送达",
}  # fmt: skip

TITLES: Titles = {
    "case_id": Column("通知编号"),
    "person_id": Column("人员编号"),
    "duty_id": Column("事项编号"),
    "rule": Column("规则"),
    "opened_at": Column("开始时间"),
    "acknowledged_at": Column("知晓时间"),
    "parked_since": Column("无人可通知，自"),
    "sms_id": Column("短信编号"),
    "stage": Column("环节"),
    "role": Column("角色", "roles"),
    "holder_id": Column("收信人编号"),
    "lane": Column("通道", _LANES),
    "status": Column("状态", _STATUS),
    "requested_at": Column("请求发送时间"),
    "withdrawn_at": Column("撤回时间"),
}
