"""The words of the file for its readers: Chinese for every line, field and code."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

CITY = ZoneInfo("Asia/Shanghai")
HIDDEN = "***"

LINES: Mapping[str, str] = {
    "person.name": "登记姓名",
    "person.resident-id": "登记身份证号",
    "person.birth-date": "登记出生日期",
    "person.phones": "登记电话",
    "person.kind": "登记人员类别",
    "person.category": "登记居住类别",
    "person.unit-id": "登记管理单位",
    "person.community-id": "登记社区（机构）",
    "liaison.assigned": "确定在职联络员",
    "death.reported": "登记去世",
    "death.retracted": "撤销去世登记",
    "family.changed": "家庭重大变故",
    "hardship.reported": "特殊困难",
    "stay.admitted": "住院",
    "stay.transferred": "转科（转院）",
    "stay.discharged": "出院",
    "stay.admission-cancelled": "取消入院",
    "stay.discharge-cancelled": "取消出院",
    "duty.opened": "产生必访（服务）事项",
    "duty.done": "事项完成",
    "duty.missed": "事项逾期",
    "duty.escalated": "督办",
    "duty.waived": "事项免除",
    "duty.superseded": "事项被取代",
    "contact.made": "走访记录",
    "case.acknowledged": "已知晓",
    "case.handed-over": "转交上级",
}
"""What each line of the file is about."""

FIELDS: Mapping[str, str] = {
    "name": "姓名",
    "resident_id": "身份证号",
    "birth_date": "出生日期",
    "phone": "电话",
    "phones": "电话",
    "kind": "类别",
    "category": "居住类别",
    "unit_id": "单位",
    "community_id": "社区（机构）",
    "source": "报告人",
    "died_at": "去世时间",
    "reason": "理由",
    "change": "变故",
    "happened_on": "发生日期",
    "hardship": "困难",
    "hospital": "医院",
    "rule": "规则",
    "policy": "政策版本",
    "role": "责任人",
    "due_at": "期限",
    "cause.kind": "起因",
    "late": "是否逾期完成",
    "rung": "督办层级",
    "by": "原因",
    "strength": "方式",
    "outcome": "结果",
}
"""Fields that a reader sees; the rest is for programs."""

CODES: Mapping[str, str] = {
    "veteran-cadre": "离休干部",
    "retired-cadre": "退休干部",
    "survivor": "遗属",
    "with-relatives": "亲属同住",
    "living-alone": "空巢独居",
    "in-institution": "常驻机构",
    "relocated": "易地安置",
    "unit": "单位",
    "bureau": "老干部局",
    "organisation-department": "组织部",
    "community": "社区",
    "family": "家庭",
    "liaison": "在职联络员",
    "unit-leader": "单位负责人",
    "bureau-officer": "老干部局工作人员",
    "community-worker": "社区工作者",
    "spouse-died": "配偶去世",
    "child-died": "子女去世",
    "divorce": "离婚",
    "disaster": "受灾",
    "illness": "重病",
    "paralysis": "瘫痪",
    "no-self-care": "生活不能自理",
    "poverty": "生活困难",
    "other": "其他",
    "stay": "住院",
    "death": "去世",
    "family-change": "家庭变故",
    "hardship": "特殊困难",
    "calendar": "日程",
    "visit": "上门走访",
    "check-in": "问候",
    "service": "服务",
    "in-person": "当面",
    "video": "视频",
    "phone": "电话",
    "proxy": "代访",
    "sms": "短信",
    "met": "见到本人",
    "not-home": "不在家",
    "refused": "谢绝",
    "in-hospital": "住院中",
    "moved": "已搬迁",
    "died": "已去世",
    "wrong-contact": "联系方式有误",
    "cannot": "不能前往",
    "wrong-person": "并非本人",
    "duty": "另一事项",
    "retraction": "起因已撤销",
    "policy": "政策版本",
}
"""Codes of the events. One that is not here is shown as it is: producers may move first."""


def say(what: str, value: Mapping[str, JsonValue], names: Mapping[str, str]) -> str:
    """One line in Chinese. `names` are what ids of units are called."""
    parts = [f"{FIELDS[field]} {_say(shown, names)}" for field, shown in value.items() if field in FIELDS]
    return LINES.get(what, what) + ("：" + "，".join(parts) if parts else "")


def _say(shown: JsonValue, names: Mapping[str, str]) -> str:
    if isinstance(shown, bool):
        return "是" if shown else "否"
    if isinstance(shown, list):
        return "、".join(_say(one, names) for one in shown) or "无"
    text = str(shown).removeprefix("hospital:")
    return CODES.get(text) or names.get(text) or _moment(text)


def _moment(text: str) -> str:
    """An instant is shown in the city's time; anything else as it is."""
    if len(text) < len("2026-05-11T09:00+00:00"):
        return text
    try:
        return f"{datetime.fromisoformat(text).astimezone(CITY):%Y-%m-%d %H:%M}"
    except ValueError:
        return text
