"""What the visits service says to people, in Chinese: reasons for a refusal, and the parts of the one sentence that explains."""

from collections.abc import Mapping

REFUSED: Mapping[str, str] = {
    "person-unknown": "查无此人：尚未建档",
    "contact-recorded-otherwise": "同一编号的走访记录已有，内容不同",
    "party-unknown": "政策中没有这一方",
    "role-unknown": "政策中没有这一角色",
    "kind-unknown": "政策中没有这一联系方式类别",
    "strength-unknown": "政策中没有这一联系强度",
    "outcome-unknown": "政策中没有这一结果",
    "role-of-another-party": "这一角色不属于所填的一方",
    "made-in-the-future": "走访时间晚于当前时间",
    "note-required": "没有见到或联系上，请写明情况（note）",
    "witness-is-maker": "同行的第二人不能是记录人自己",
    "person-died": "此人已登记去世，没有要办的这一类事项。如果人还在，请先撤销误报的去世，再记录",
    "duty-unknown": "没有这一事项",
    "duty-closed": "这一事项已经办结",
    "not-theirs-to-waive": "这一角色无权免办这一方的事项",
    "their-own-duty": "自己欠的事项自己不能免办：请有权免办的另一角色写明理由",
    "reason-too-short": "请写明理由，至少五个字",
    "contact-unknown": "没有这一走访记录",
    "contact-struck": "这一走访记录已经作废",
    "proposal-unknown": "没有这一份政策提案",
    "proposal-withdrawn": "这一份政策提案已经撤回",
    "proposal-approved": "这一份政策提案已经批准",
    "proposal-in-force": "这一版政策已经生效：要退回，请提出旧版再经批准",
    "approved-by-its-author": "提出人不能批准自己的提案，须另一人批准",
    "in-force-from-past": "生效时间已经过去：请写今后的时间，或不写（批准后即生效）",
    "in-force-before-wanted": "生效时间早于提出的时间：批准人可以推后，不能提前",
    "version-not-in-force": "现行的不是这一版政策",
    "county-unknown": "这个县（市、区）没有服务对象",
    "rule-unknown": "现行政策没有这条规则，也没有它的未办事项",
    "notice-issued": "这一编号的通知已经发出",
    "notice-unknown": "没有这一通知",
    "notice-withdrawn": "这一通知已经撤回",
    "notice-kind-unknown": "政策中没有这一类通知",
    "over-already": "截止时间须晚于现在",
    "lineage-unknown": "没有这一次机构改革",
    "unit-not-asked": "这一通知没有要求该单位回复",
    "certificate-does-not-add-up": "各项人数之和与总人数不符，不能出具证书",
    "care-ended": "此人已停止服务：要恢复服务，请先撤销停止",
    "person-merged": "此人的档案已并入另一份，请记在该档案上：{into}",
    "person-moved-away": "此人已迁出，不再由本市服务：迁回的，请先恢复服务",
    "flag-unknown": "没有这一提示",
    "flag-reviewed": "这一提示已经有人核实",
    "flag-lifted": "这一提示的起因已经不在",
    "flag-of-their-own": "不能核实自己的提示，须另一人核实",
    "flag-beyond-reach": "其中有的走访记录不在此令牌范围之内，须由都能看到的人核实",
}

HIDDEN = "***"
"""What stands for words that nobody can open any more."""

FLAG: Mapping[str, str] = {
    "same-words": "为几位老同志记的是同样的话",
    "two-places": "同一分钟当面走访记在两个地方",
    "too-fast": "两处之间，这点时间赶不到",
    "no-new-fact": "一个月里走访多次，档案没有一处更新",
}
REVIEW: Mapping[str, str] = {"dismissed": "误报", "confirmed": "属实"}
FLAG_SAYS = (
    "{what}。这只是请人核实：不说明谁有过错，也不改变任何已办、未办的事项；误报的请写明理由排除，属实的请写明情况。"
)

VERDICT: Mapping[str, str] = {
    "owed": "应办未办",
    "done": "本期已办",
    "waived": "经人免办",
    "superseded": "已被接替",
    "not-yet": "未到时候",
    "not-begun": "本期未开始",
    "before-the-rule": "规则生效前的事",
    "ended-before": "起因已先结束",
    "nobody-there": "这一期曾报去世，或不在服务",
    "no-event": "没有发生",
    "other-county": "别的县（市、区）的规则",
    "other-kind": "不是这种对象",
    "other-category": "不是这一类别",
    "other-rank": "不是这一级别",
    "not-in-situation": "没有这种情况",
    "birth-unknown": "出生日期不详",
    "too-young": "不到年龄",
    "died": "已去世",
    "care-ended": "已停止服务",
}
"""The closed list of reasons: what the certificate says of a person and a rule when nobody is to blame."""
NAMED: Mapping[str, str] = {
    "missing": "应有而没有",
    "not-returned": "应恢复而未恢复",
    "groundless": "无根据而仍在",
    "owed-twice": "重复",
    "owed-to-the-dead": "对已去世者仍在",
    "owed-after-care": "停止服务后仍在",
    "due-too-late": "期限晚于规则所定",
    "done-falsely": "办结所凭的联系不够格",
    "done-by-struck": "凭已作废的记录办结",
    "closed-without-ground": "了结而无根据",
    "owed-otherwise": "承办方或方式与规则不符",
    "counted-too-early": "把事由之前所办计在内",
    "still-silent": "事项已办结，人仍没有联系上",
    "not-missed": "到期未记逾期",
    "not-climbed": "该督办而未督办",
    "nobody-told": "督办到顶而无人得知",
    "not-handed-over": "档案已并入另一份，那一份没有接上未了的事",
    "merged-in-circles": "档案互相并入，没有一份继续",
    "unclassed": "听说过此人，却没有登记也没有卡片，不知应办什么",
}
"""What the certificate names people for: no reason explains it, or the climb stands still."""
FATE: Mapping[str, str] = {"open": "仍未办", "closed": "此后已了结", "vanished": "不见了"}
"""What has become of a duty that was open before a reform."""
RUNG_OF_HOLDER = "承办人"
ANY_RULE = "（任何规则）"
"""Of whom nobody knows which rules are for them."""

CAUSE: Mapping[str, str] = {
    "stay": "{at}得知住院",
    "discharge": "{at}得知出院",
    "death": "{at}得知去世",
    "family-change": "{at}得知家庭重大变故",
    "hardship": "{at}得知特殊困难",
    "class-change": "{at}得知类别变动",
    "situation": "{at}得知情况变化",
    "absence": "{at}外出期满",
    "silence": "{at}联系不上",
    "outcome": "{at}得知走访、联系的结果",
    "vacancy": "{at}得知岗位空缺",
    "notice": "{at}得知通知",
    "unanswered": "{at}单位未回复通知",
    "weather": "{at}发布天气预警",
    "calendar": "{at}起的一期",
    "without": "{at}已久未联系",
}
OTHER_CAUSE = "{at}得知一事"

OWED = "，按规则“{rule}”（政策{policy}版）{role}应于{due}前办理“{kind}”，至少{strength}"
INSTEAD = "（因“{why}”改用此法）"
ASKED_FOR = "；本人意愿（{wishes}）"
SINCE = "；自{cause}起一直未办（当时应于{due}前办理）"
SINCE_ANOTHER = "；接续此前未办的一项（应于{due}前办理）"
"""Of what it took the place of, where that stands in another file."""
PLAINLY = "；工作日尚未公布，期限按自然日计"
ACKNOWLEDGED = "；{at}答复已知晓"
MISSED = "；逾期未办"
ESCALATED = "，已督办至{rungs}"
TRIED = "；其间联系{count}次未成"

OPEN = "；至今未办。"
DONE = "；{at}由{role}办结。"
DONE_LATE = "；{at}由{role}补办。"
DONE_BY_ONE_NOT_KEPT = "；{at}办结。"
WAIVED = "；{at}经人决定免办，理由：{reason}。"
SUPERSEDED: Mapping[str, str] = {
    "duty": "；{at}由新一期事项接替。",
    "retraction": "；{at}因起因撤销而撤回。",
    "death": "；{at}因本人去世而停止。",
    "end": "；{at}因起因已经结束而停止。",
    "class": "；{at}因类别或情况变化，不再适用而停止。",
    "care-ended": "；{at}因不再服务而停止。",
    "policy": "；{at}改按新版政策，不再要求。",
}

LACKS: Mapping[str, str] = {
    "struck": "（已作废）",
    "party": "（别的一方）",
    "time": "（在此之前）",
    "kind": "（类别不符）",
    "strength": "（方式不够）",
    "outcome": "（没有办成）",
}
"""Why a contact does not discharge a duty."""

MOMENT = "{0.year}年{0.month}月{0.day}日{0:%H:%M}"
