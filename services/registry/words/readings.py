"""What of somebody was read, as the record of readings names it."""

from collections.abc import Mapping

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
