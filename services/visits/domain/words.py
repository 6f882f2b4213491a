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
    "duty-unknown": "没有这一事项",
    "duty-closed": "这一事项已经办结",
    "reason-too-short": "请写明免办理由，至少五个字",
}

CAUSE: Mapping[str, str] = {
    "stay": "{at}得知住院",
    "death": "{at}得知去世",
    "family-change": "{at}得知家庭重大变故",
    "hardship": "{at}得知特殊困难",
    "calendar": "{at}起的一期",
}
OTHER_CAUSE = "{at}得知一事"

OWED = "，按规则“{rule}”（政策{policy}版）{role}应于{due}前办理“{kind}”，至少{strength}"
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
}

MOMENT = "{0.year}年{0.month}月{0.day}日{0:%H:%M}"
