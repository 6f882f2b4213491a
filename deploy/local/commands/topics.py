"""`topics`: what Kafka holds: the topics, the records of one as they are said, and how far its readers are behind."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from deploy.local import here, screen
from deploy.local.commands.status import NOT_RUNNING
from deploy.local.lag import lags

PREFIX = "ce_"
PATIENCE_MS = 1500
BOOTSTRAP_MS = 5000


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="看主题：topics list、topics tail 主题、topics lag")
    group.command(name="list", help="所有主题、分区数、记录数")(list_)
    group.command(name="tail", help="一个主题最后的记录：ce_ 头与 JSON 内容")(tail)
    group.command(name="lag", help="各消费组落后多少（退出码总为 0）")(lag)
    app.add_typer(group, name="topics")


def list_(context: typer.Context) -> None:
    with _consumer(context) as consumer:
        table = Table(box=None, pad_edge=False)
        for heading in ("主题", "分区", "记录"):
            table.add_column(heading, justify="left" if heading == "主题" else "right")
        for topic in sorted(name for name in consumer.topics() if not name.startswith("__")):
            first, last = _ends(consumer, topic)
            table.add_row(topic, str(len(last)), str(sum(last.values()) - sum(first.values())))
        screen.console.print(table)


def tail(
    context: typer.Context,
    topic: Annotated[str, typer.Argument(help="主题，如 visits.duties")],
    lines: Annotated[int, typer.Option("-n", "--lines", help="每个分区最后多少条")] = 5,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="跟随")] = False,
    raw: Annotated[bool, typer.Option("--json", help="每条一行 JSON，给程序用")] = False,
) -> None:
    with _consumer(context) as consumer:
        if topic not in consumer.topics():
            raise typer.BadParameter(f"没有主题 {topic}；./bifang topics list 列出全部")
        first, last = _ends(consumer, topic)
        consumer.assign(list(last))
        for partition, end in last.items():
            consumer.seek(partition, max(first[partition], end - lines))
        for record in sorted(_until(consumer, last), key=lambda record: record.timestamp):
            _show(record, raw)
        while follow:
            for records in consumer.poll(timeout_ms=1000).values():
                for record in records:
                    _show(record, raw)


def lag(context: typer.Context) -> None:
    from kafka.admin import KafkaAdminClient

    with _consumer(context) as consumer:
        admin: Any = KafkaAdminClient(bootstrap_servers=_brokers(context))
        try:
            found = lags(admin, consumer)
        finally:
            admin.close()
        table = Table(box=None, pad_edge=False)
        for heading in ("消费组", "主题", "落后"):
            table.add_column(heading, justify="right" if heading == "落后" else "left")
        for group, topic, behind in found:
            table.add_row(group, topic, f"[yellow]{behind}[/yellow]" if behind else "0")
        screen.console.print(table)
        screen.say("[dim]按 Kafka 的提交位置；真正的位置在各服务自己的数据库里，提交稍晚于它[/dim]")


def _brokers(context: typer.Context) -> list[str]:
    platform = here.of(context).platform()
    state = platform.state() if platform.is_running else None
    if state is None and "KAFKA_BROKERS" not in os.environ:
        screen.say("没有在运行。启动：./bifang up")
        raise typer.Exit(NOT_RUNNING)
    return (state.brokers if state else os.environ["KAFKA_BROKERS"]).split(",")


@contextmanager
def _consumer(context: typer.Context) -> Iterator[Any]:
    """In no group: looking moves nobody's mark."""
    from kafka import KafkaConsumer

    consumer: Any = KafkaConsumer(
        bootstrap_servers=_brokers(context),
        group_id=None,
        enable_auto_commit=False,
        bootstrap_timeout_ms=BOOTSTRAP_MS,
    )
    try:
        yield consumer
    finally:
        consumer.close()


def _ends(consumer: Any, topic: str) -> tuple[dict[Any, int], dict[Any, int]]:
    from kafka import TopicPartition

    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
    return consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)


def _until(consumer: Any, ends: dict[Any, int]) -> Iterator[Any]:
    """All records there were when we looked."""
    while any(consumer.position(partition) < end for partition, end in ends.items()):
        for records in consumer.poll(timeout_ms=PATIENCE_MS).values():
            yield from records


def _show(record: Any, raw: bool) -> None:
    headers = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
    key = (record.key or b"").decode("utf-8", "replace")
    body = _body(record.value)
    if raw:
        place = {"topic": record.topic, "partition": record.partition, "offset": record.offset, "key": key}
        print(json.dumps({**place, "headers": headers, "value": body}, ensure_ascii=False), flush=True)
        return
    screen.say(f"[bold]{record.topic}[/bold] {record.partition}:{record.offset}  键 {key}")
    for name, value in headers.items():
        screen.console.print(Text(f"  {name.removeprefix(PREFIX)}: {value}", style="dim"), soft_wrap=True)
    screen.console.print(Text(f"  {json.dumps(body, ensure_ascii=False)}"), soft_wrap=True)


def _body(value: bytes | None) -> object:
    try:
        return json.loads(value or b"null")
    except ValueError:
        return repr(value)
