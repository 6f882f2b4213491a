"""`bench`: one measurement of `bench/`; without a name, which there are."""

from __future__ import annotations

import subprocess
import sys

import typer

from deploy.local import screen
from deploy.local.places import REPOSITORY
from deploy.local.trouble import Trouble

BENCHES = {
    "hop": "一跳：主题 → 事务（账、状态、待发）→ 主题，并与平常的写法同场比较",
    "admissions": "一家医院的线路：确认、到短信请求的时间、整条链能持续多少",
    "reconcile": "责任引擎：纯函数每秒多少人；经整条路唤醒每秒多少人",
    "coverage": "一百万人、四十条规则的覆盖证书：用时与内存",
    "festival": "节日的早晨：给每个人开一项责任、告知、上 Kafka，其间照常受理",
    "policy": "新版政策对每个人生效要多久，其间入院是否仍在一秒内成为责任",
    "lives": "一千人十年的随机人生：引擎所欠对照朴素模型",
    "storm": "负载下反复 kill -9：不丢、不重",
    "year": "273 人的城市经真实服务过一年：不漏、不重、夜夜有证书",
}
"""Each with what it tells; its own `--help` says how it is asked."""


def add_to(app: typer.Typer) -> None:
    settings = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command(name="bench", help="测量：bench NAME [它的参数]；不带名字则列出", context_settings=settings)(bench)


def bench(context: typer.Context) -> None:
    if not context.args or context.args[0] in ("--help", "-h"):
        screen.say("测量：./bifang bench NAME [它的参数]；bench NAME --help 列出它的参数。请在安静的机器上测。\n")
        for name, what in BENCHES.items():
            screen.say(f"  {name:<11} {what}")
        return
    name, *arguments = context.args
    if name not in BENCHES:
        raise Trouble(f"没有测量“{name}”", "bench/", f"可测：{'、'.join(BENCHES)}")
    raise typer.Exit(subprocess.run([sys.executable, "-m", f"bench.{name}", *arguments], cwd=REPOSITORY).returncode)
