"""What the columns of the lists of notify are called when they are had as sheets."""

from bus.sheets import Column, Titles

_LANES = {"urgent": "紧急", "normal": "普通", "bulk": "群发"}
_STATUS = {
    "requested": "待发", "held-back": "未发出", "expired": "过期未发", "unknown": "不知是否送达", "accepted": "运营商已收",
    "failed": "发送失败", "delivered": "已送达",
}  # fmt: skip
_PROOFS = {"delivered": "短信送达", "answered": "短信答复"}
_WHY = {"silent": "测试后无送达、无答复", "no-number": "号码不能收短信", "wrong-person": "回复非本人"}

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
    "roles": Column("角色", "roles"),
    "county": Column("县（市、区）"),
    "unit_id": Column("单位编号"),
    "people": Column("负责人数"),
    "proved_at": Column("最近证实时间"),
    "proved_by": Column("证实方式", _PROOFS),
    "tested_at": Column("最近测试时间"),
    "test_at": Column("下次测试时间"),
    "unreachable_since": Column("联系不上，自"),
    "why": Column("原因", _WHY),
    "told_to": Column("已告知（编号）"),
}
