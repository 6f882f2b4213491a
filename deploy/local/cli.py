"""The command line: a table of small modules, one for each command, so that another is one file and one word here."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

from deploy.local import here, screen
from deploy.local.places import REPOSITORY
from deploy.local.ports import APART, BASE
from deploy.local.spoken import Spoken
from deploy.local.trouble import Trouble, from_kafka, from_os, kafka_errors

COMMANDS: Final = (
    *("demo", "up", "status", "doctor", "logs", "stop", "destroy"),
    *("token", "roster", "clock", "explain", "coverage", "topics", "dead_letters", "retell", "rebuild", "policy"),
    *("test", "bench"),
)
"""Modules of `deploy.local.commands`; each has `add_to(app)`. `--help` lists them in this order."""

TAKES_ALL: Final = ("test", "bench")
GLOBAL: Final = ("--data", "--port-base")
INTERRUPTED: Final = 130

HELP: Final = f"""必访 Bifang：整套系统在一台机器上。Kafka、PostgreSQL、模拟短信网关与五个服务，一条命令起停。

\b
  ./bifang demo          启动全部，现场讲一遍：住院、问候无人应、去世
  ./bifang up            准备并启动全部，就绪后返回
  ./bifang status        各进程的状态、端口、内存
  ./bifang doctor        检查一切，指出问题与办法
  ./bifang stop          全部停止，数据保留

\b
环境变量  KAFKA_BROKERS 用别处的 Kafka；DATABASE_URL 用别处的 PostgreSQL
退出码    0 成功   1 失败（有原因、位置、办法）   2 用法不对   3 没有在运行   130 被中断
端口      registry 8101  medical 8102  visits 8103  notify 8104  gateway 8105  console 8100
          MLLP 2575  Kafka 19092（控制 19093）  PostgreSQL 15432  模拟网关 SMPP 12775、控制 12776
          --port-base N 把它们一起移动 N-{BASE}；几套并存时 N 相差 {APART} 以上
"""

app = typer.Typer(
    cls=Spoken,
    name="bifang",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)


@app.callback()
def everywhere(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="数据目录（缺省：仓库下的 .bifang）")] = None,
    port_base: Annotated[int | None, typer.Option(help=f"整体移动端口（缺省：上次的，或 {BASE}）")] = None,
) -> None:
    context.obj = here.find(data, port_base)


for name in COMMANDS:
    import_module(f"deploy.local.commands.{name}").add_to(app)


def main() -> None:
    """Every failure ends in words and a number, none in silence."""
    try:
        app(_options_first(sys.argv[1:]), prog_name="./bifang")
    except Trouble as trouble:
        screen.fail(trouble)
    except OSError as error:
        screen.fail(from_os(error, REPOSITORY))
    except kafka_errors() as error:
        screen.fail(from_kafka(error))
    except KeyboardInterrupt:
        screen.say("已中断")
        sys.exit(INTERRUPTED)
    else:
        return
    sys.exit(1)


def _options_first(arguments: list[str]) -> list[str]:
    """`up --data DIR` is `--data DIR up`; what follows `test` and `bench` is theirs."""
    first: list[str] = []
    rest: list[str] = []
    left = list(arguments)
    while left:
        word = left.pop(0)
        if word in TAKES_ALL:
            return [*first, *rest, word, *left]
        option, _, value = word.partition("=")
        if option in GLOBAL:
            first += [word] if value else [word, *left[:1]]
            left = left if value else left[1:]
        else:
            rest.append(word)
    return first + rest
