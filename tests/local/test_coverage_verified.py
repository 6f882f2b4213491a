"""`./bifang coverage verify`: a chain that was cut off, broken or made anew is shown, also by what Kafka was told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.visits.domain.certificates import CertificateBook, issue
from tests.local.coverage_said import END, TOLD, Ask, ask, line, pages, shown
from tests.visits.test_certificates import BOOK, MONDAY, chain, counted

__all__ = ["ask"]


def test_a_whole_chain_and_nobody_missing_is_well(ask: Callable[..., Ask]) -> None:
    said = ask(certificates=pages([line(each) for each in chain()]), end=END, recount=shown(0))("verify")

    assert said.exit_code == 0
    assert "证书链完好：第 1 至 3 号" in said.output


def test_a_chain_whose_end_was_cut_off_is_shown(ask: Callable[..., Ask]) -> None:
    cut = [line(each) for each in chain()][:2]

    said = ask(certificates=pages(cut), end=END, recount=shown(0))("verify")

    assert said.exit_code == 1
    assert "第 3 号：链的末端被截去" in said.output and "证书链完好" not in said.output
    nothing_left = ask(certificates=pages([]), end=END, recount=shown(0))("verify")
    assert nothing_left.exit_code == 1 and "第 3 号：链的末端被截去" in nothing_left.output


def test_a_last_certificate_that_is_days_old_is_shown(ask: Callable[..., Ask]) -> None:
    today = shown(0)
    today["figures"]["day"] = str(chain()[-1].day + timedelta(days=9))

    said = ask(certificates=pages([line(each) for each in chain()]), end=END, recount=today)("verify")

    assert "末份证书出自 9 天前" in said.output


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ([line(replace(each, exceptions=0)) for each in chain()], "第 1 号：内容被改动"),
        ([line(each) for each in chain() if each.number != 2], "第 3 号：前一号缺失"),
        ([line(each) for each in chain() if each.number != 1], "第 2 号：与前一份接不上"),
        ([line(each, names_stand=each.number != 2) for each in chain()], "第 2 号：指名的人被改动"),
        ([], "此刻重新清点"),
    ],
)
def test_a_broken_chain_is_shown_and_the_command_fails(
    ask: Callable[..., Ask], lines: list[dict[str, Any]], what: str
) -> None:
    said = ask(certificates=pages(lines), end=END, recount=shown(0))("verify")

    assert said.exit_code == 1
    assert what in said.output


def test_somebody_missing_now_fails_the_check_though_the_chain_is_whole(ask: Callable[..., Ask]) -> None:
    assert ask(certificates=pages([line(each) for each in chain()]), end=END, recount=shown(1))("verify").exit_code == 1


def test_who_cuts_off_both_chain_and_book_is_seen_by_what_kafka_was_told(ask: Callable[..., Ask]) -> None:
    first, second, _ = chain()
    book = {"number": 2, "day": str(second.day), "hash": second.hash}

    said = ask(certificates=pages([line(first), line(second)]), end=book, recount=shown(0))("verify")

    assert said.exit_code == 1
    assert "第 3 号：曾告知 Kafka，如今没有" in said.output


def test_a_chain_that_was_made_anew_as_a_whole_is_seen_by_what_kafka_was_told(ask: Callable[..., Ask]) -> None:
    book = CertificateBook(BOOK)
    for n in range(3):
        nobody_missing = replace(counted(MONDAY + timedelta(days=n)), exceptions=0)
        book, _ = issue(book, "town", nobody_missing)
    forged = sorted(book.certificates.values(), key=lambda each: each.number)
    end = {"number": 3, "day": str(book.day), "hash": book.hash}

    said = ask(certificates=pages([line(each) for each in forged]), end=end, recount=shown(0))("verify")

    assert said.exit_code == 1
    assert said.output.count("与当时告知 Kafka 的不同") == 3


def test_what_is_not_told_yet_is_no_flaw_and_is_said(ask: Callable[..., Ask]) -> None:
    whole: dict[str, Any] = {"certificates": pages([line(each) for each in chain()]), "end": END, "recount": shown(0)}

    late = ask(told=TOLD[:2], **whole)("verify")
    forgotten = ask(told=[], **whole)("verify")

    assert (late.exit_code, forgotten.exit_code) == (0, 0)
    assert "末份第 2 号；第 3 至 3 号还没有告知" in late.output
    assert "只核对了库里的" in forgotten.output


def test_where_kafka_does_not_answer_nothing_is_called_verified(ask: Callable[..., Ask]) -> None:
    said = ask(told=None, certificates=pages([line(each) for each in chain()]), end=END, recount=shown(0))("verify")

    assert said.exit_code == 1
    assert "Kafka 没有回答" in said.output
