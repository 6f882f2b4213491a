"""What may be done at the doors of the services. Acts are places of the program; which role may do them is the pack's."""

from collections.abc import Mapping

ACTS: Mapping[str, str] = {
    "register-units": "登记单位",
    "reform-units": "合并、分设、撤销单位，转移人员",
    "appoint-holders": "确定单位责任人，登记外出和代理人",
    "enrol": "登记人员、遗属",
    "change-people": "变更类别，更正登记，停止和恢复服务",
    "merge-files": "核对、合并重复档案",
    "assign-liaisons": "确定在职联络员",
    "keep-teams": "确定特别关爱小组成员",
    "run-groups": "编组挂组联系",
    "report": "报告去世、变故、困难、情况、意愿、外出，填写档案和调查表",
    "retract": "撤销去世、变故、困难的报告",
    "adopt-plans": "签批一人一策",
    "run-surveys": "发起调查",
    "read-files": "查阅人员和档案",
    "read-health": "查阅档案中的健康状况",
    "audit-files": "查看谁查阅了档案、档案用了多少",
    "record": "记录走访、电话、问候",
    "audit-contacts": "查看走访记录的异常提示，核实排除",
    "waive": "免除应办事项",
    "read-duties": "查看应办事项",
    "recount": "重新清点，核对覆盖证书",
    "issue-notices": "发出、撤回通知和预警",
    "answer-notices": "代表单位回复通知",
    "legislate": "提出、批准、撤回政策",
    "read-cases": "查看通知",
    "read-sms": "查看短信",
    "read-unmatched": "查看未对应到人的住院和医院消息",
}

OPERATIONS = "operations"
SYSTEM = frozenset({OPERATIONS, "hospital", "carrier", "sender"})
"""Roles of the system itself: no pack may name one of its own so."""
