"""The words of the file for its readers: Chinese for every line and field; what the city names is named by its pack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from bus.pack import Words
from contracts.zone import CITY

HIDDEN = "***"

LINES: Mapping[str, str] = {
    "person.name": "登记姓名",
    "person.resident-id": "登记身份证号",
    "person.birth-date": "登记出生日期",
    "person.phones": "登记电话",
    "person.kind": "登记人员类别",
    "person.category": "登记居住类别",
    "person.rank": "登记职级",
    "person.political-status": "登记政治面貌",
    "person.unit-id": "登记管理单位",
    "person.community-id": "登记社区（机构）",
    "person.survivor-of": "系遗属",
    "survivor.known": "遗属",
    "field.recorded": "登记档案",
    "survey.answered": "填写调查表",
    "files.merged": "并入另一份档案的内容",
    "files.parted": "撤销档案合并",
    "people.told-apart": "核对为不是同一人",
    "plan.adopted": "一人一策",
    "person.corrected": "更正登记",
    "class.changed": "类别变更",
    "situation.began": "出现情况",
    "situation.ended": "情况结束",
    "wish.stated": "本人意愿",
    "wish.withdrawn": "撤回意愿",
    "absence.reported": "外出",
    "absence.ended": "外出结束",
    "care.ended": "停止服务",
    "care.resumed": "恢复服务",
    "person.transferred": "转至其他单位",
    "liaison.assigned": "确定在职联络员",
    "liaison.relieved": "联络员不再联系",
    "team.joined": "加入关爱小组",
    "team.left": "退出关爱小组",
    "host.agreed": "与安置地商定",
    "group.linked": "挂组联系",
    "group.unlinked": "不再挂组联系",
    "post.vacant": "责任人空缺",
    "post.filled": "责任人空缺已解除",
    "death.reported": "登记去世",
    "death.retracted": "撤销去世登记",
    "family.changed": "家庭重大变故",
    "family.retracted": "撤销家庭重大变故的报告",
    "hardship.reported": "特殊困难",
    "hardship.retracted": "撤销特殊困难的报告",
    "stay.admitted": "住院",
    "stay.transferred": "转科（转院）",
    "stay.discharged": "出院",
    "stay.admission-cancelled": "取消入院",
    "stay.discharge-cancelled": "取消出院",
    "duty.opened": "产生必访（服务）事项",
    "duty.changed": "事项改变方式",
    "duty.due-soon": "事项将到期",
    "duty.done": "事项完成",
    "duty.missed": "事项逾期",
    "duty.escalated": "督办",
    "duty.waived": "事项免除",
    "duty.superseded": "事项被取代",
    "contact.made": "走访记录",
    "contact.struck": "撤销走访记录",
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
    "rank": "职级",
    "political_status": "政治面貌",
    "merged_id": "档案",
    "other_id": "另一人",
    "round": "调查",
    "form": "调查表",
    "version": "版本",
    "adopted_by": "签批人",
    "next_review": "下次复核",
    "need": "需求",
    "promise": "承诺",
    "until": "期限",
    "field": "栏目",
    "value": "内容",
    "clinical": "内容",
    "learned_from": "得知自",
    "liaison": "在职联络员",
    "survivor_of": "逝者",
    "survivor_id": "遗属",
    "fields": "更正项",
    "situation": "情况",
    "began_on": "开始日期",
    "ended_on": "结束日期",
    "wish": "意愿",
    "words": "原话",
    "hours": "不便联系的钟点",
    "ask_first.role": "先找",
    "absence": "去处",
    "from_at": "自",
    "until_at": "至",
    "ended_at": "结束时间",
    "why": "原因",
    "into": "并入档案",
    "unit_id": "单位",
    "relation": "关系",
    "area": "安置地",
    "hospitals": "就医医院",
    "reference": "协议",
    "group_name": "组",
    "from_unit_id": "原单位",
    "because": "原因",
    "document": "文号",
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
    "moved-away": "已迁出",
    "ended": "已停止",
    "enrolled-in-error": "误登记",
    "death-retracted": "亲属去世登记已撤销",
    "health": "健康",
    "treatment": "待遇",
    "difficulties": "困难",
    "needs": "需求",
    "ability": "自理能力",
    "service-focus": "服务重点",
    "family": "家庭",
    "stay": "住院",
    "death": "去世",
    "family-change": "家庭变故",
    "hardship": "特殊困难",
    "calendar": "日程",
    "cannot": "不能前往",
    "wrong-person": "并非本人",
    "duty": "另一事项",
    "retraction": "起因已撤销",
    "policy": "政策版本",
    "replaced": "由他人接替",
    "lapsed": "到期",
    "merged": "合并",
    "split": "分设",
    "abolished": "撤销",
    "transfer": "个人转出",
    "other-gone": "另一份档案已并入他处或已停止服务",
    "one-dead": "两份档案中一份已登记去世，另一份没有",
    "dead-again": "去世报告再次成立",
}
"""Codes of the program's own events and fields. One that is not here is shown as it is: producers may move first."""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "person.kind": ("person_kinds",),
    "kind": ("duty_kinds",),
    "category": ("categories",),
    "rank": ("ranks",),
    "political_status": ("political_statuses",),
    "situation": ("situations",),
    "wish": ("wishes",),
    "absence": ("absences",),
    "source": ("reporters",),
    "learned_from": ("reporters", "sources"),
    "change": ("family_changes",),
    "hardship": ("hardships",),
    "role": ("roles",),
    "ask_first.role": ("roles",),
    "strength": ("strengths",),
    "outcome": ("outcomes",),
    "because": ("wishes", "absences"),
}
"""Lines and fields whose codes are the city's: where its pack names them."""


READ: Mapping[str, str] = {
    "file": "档案",
    "people": "人员名单",
    "search": "查找结果",
    "names": "姓名（其他清单上的）",
    "plans": "一人一策",
    "plan-reviews": "一人一策复核清单",
    "team": "关爱小组",
    "vacancies": "空缺清单",
    "group": "挂组人员",
    "group-updates": "挂组更新清单",
    "stale-fields": "逾期栏目清单",
    "survey-coverage": "调查覆盖",
    "survey-answers": "调查回答",
    "duplicates": "疑似重复的档案",
    "roster": "花名册比对",
    "contacts": "走访记录",
    "duties": "应办事项",
    "explanation": "事项由来",
    "ledger": "五方台账",
    "flag": "走访异常提示",
    "messages": "事项短信",
}
"""What of somebody was read."""

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


@dataclass(frozen=True, slots=True)
class Names:
    """What the city calls its codes, and what ids of units are called."""

    city: Words
    units: Mapping[str, str]


def say(what: str, value: Mapping[str, JsonValue], names: Names) -> str:
    """One line in Chinese."""
    parts = [f"{FIELDS[field]} {said(what, field, shown, names)}" for field, shown in value.items() if field in FIELDS]
    return LINES.get(what, what) + ("：" + "，".join(parts) if parts else "")


def said(what: str, field: str, shown: JsonValue, names: Names) -> str:
    """What one field of a line says."""
    if isinstance(shown, bool):
        return "是" if shown else "否"
    if isinstance(shown, list):
        return "、".join(said(what, field, one, names) for one in shown) or "无"
    if shown is None:
        return "无"
    text = str(shown).removeprefix("hospital:")
    of_the_city = (names.city.zh[section].get(text) for section in SECTIONS.get(what) or SECTIONS.get(field, ()))
    own = CODES.get(text) or names.units.get(text) or FIELDS.get(text) or _moment(text)
    return next(filter(None, of_the_city), own)


def _moment(text: str) -> str:
    """An instant is shown in the city's time; anything else as it is."""
    if len(text) < len("2026-05-11T09:00+00:00"):
        return text
    try:
        return f"{datetime.fromisoformat(text).astimezone(CITY):%Y-%m-%d %H:%M}"
    except ValueError:
        return text
