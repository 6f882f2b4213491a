"""`policy`: a pack is looked at before it is put in force; then one person proposes it and another approves it."""

from __future__ import annotations

from typing import Final

import typer

from deploy.local.commands.policy.activate import activate, withdraw
from deploy.local.commands.policy.asking import ELSEWHERE
from deploy.local.commands.policy.check import check
from deploy.local.commands.policy.list_ import list_
from deploy.local.commands.policy.propose import propose, roll_back
from deploy.local.commands.policy.rebase import rebase
from deploy.local.commands.policy.schema import schema
from deploy.local.commands.policy.simulate import simulate

HELP: Final = f"""政策：改文件 → check → simulate → propose → 另一人 activate → 到时生效（docs/how-to/change-the-policy.md）

\b
  ./bifang policy check policies/shuangta
  ./bifang policy simulate policies/shuangta
  ./bifang policy propose policies/shuangta --by 李工 --from 2027-01-01 --note 改了什么
  ./bifang policy activate 1a2b3c4d --by 王工         只看；加 --yes 才批准、启用
  ./bifang policy roll-back 7c41e09b52da --by 李工 --reason 为什么退回

{ELSEWHERE}
"""


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help=HELP)
    group.command(
        name="check",
        help="检查政策的规则和短信模板，写明文件、行、规则和会漏掉谁，列出各层的改动（退出码 0 可用、1 有错）",
    )(check)
    group.command(
        name="simulate",
        help="用今天的人、过去一年的事推算：各方每周多少、谁最重、涉及多少人、与现行的差别；只看不改",
    )(simulate)
    group.command(
        name="propose", help="提出一版政策，等另一人批准；有错的不收（退出码 0 已提出、1 有错、3 没有在运行）"
    )(propose)
    group.command(
        name="activate",
        help="第二个人批准、启用一版政策，不能是提出的人：先看与现行的差别，再加 --yes。生效时间可以推后，不能提前",
    )(activate)
    group.command(name="withdraw", help="撤回一版还没有生效的政策；已生效的用 roll-back 退回")(withdraw)
    group.command(name="roll-back", help="退回旧版：提出那一版原来的文件，也要另一人批准")(roll_back)
    group.command(name="list", help="各版政策：谁提出、谁批准、何时生效、现行的是哪一版；谁让未办事项改按了新版")(list_)
    group.command(
        name="rebase",
        help="未办事项改按现行政策（不下令则各按产生时的版本）：先看会动哪些，再加 --yes；是谁、为什么都有记录",
    )(rebase)
    group.command(name="schema", help="政策文件的 JSON Schema：由程序生成，编辑器据此补全（--check 只看是否最新）")(
        schema
    )
    app.add_typer(group, name="policy")
