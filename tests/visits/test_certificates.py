"""The chain of certificates: what was certified cannot be changed, left out or put in another order unseen."""

import ast
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from contracts.ids import derived
from contracts.refused import Refused
from contracts.visits import CoverageCertified, VerdictCount
from services.visits.coverage import climb, rules_now, slices, verdicts
from services.visits.domain import words
from services.visits.domain.certificates import (
    FIRST,
    UNCLASSED,
    Certificate,
    CertificateBook,
    Flaw,
    adds_up,
    flaws,
    hash_of,
    hash_of_named,
    issue,
)

BOOK = derived("test", "book")
MONDAY = date(2026, 5, 11)
COUNTS = [
    ["north", "elder", "alone", "greeting", "street", "missing", 1],
    ["north", "elder", "alone", "greeting", "street", "owed", 4],
    ["north", "elder", "alone", "ward", "mill", "no-event", 5],
    ["south", "elder", "at-home", "greeting", "street", "other-category", 2],
    ["south", "elder", "at-home", "ward", "mill", "died", 1],
    ["south", "elder", "at-home", "ward", "mill", "done", 1],
]


def counted(day: date = MONDAY, counts: list[list[str | int]] | None = None) -> Certificate:
    return Certificate(
        certificate_id=derived("test", day), day=day, label="v1",
        taken_at=datetime(day.year, day.month, day.day, 18, tzinfo=UTC), living=6, dead=1, ended=0, rules=2, exceptions=1,
        stuck=0, unreachable=0, counts=json.dumps(COUNTS if counts is None else counts), named_hash=hash_of_named([]),
    )  # fmt: skip


def chain(days: int = 3) -> list[Certificate]:
    book = CertificateBook(BOOK)
    for n in range(days):
        book, _ = issue(book, "town", counted(MONDAY + timedelta(days=n)))
    return sorted(book.certificates.values(), key=lambda each: each.number)


def test_each_certificate_is_bound_to_the_one_before() -> None:
    first, second, third = chain()

    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert [first.previous, second.previous, third.previous] == [FIRST, first.hash, second.hash]
    assert len({first.hash, second.hash, third.hash, FIRST}) == 4
    assert list(flaws([first, second, third])) == []


def test_what_is_told_of_a_certificate_is_counts_alone() -> None:
    book, said = issue(CertificateBook(BOOK), "town", counted())

    assert said == (
        CoverageCertified(
            city="town", county="", book_id=BOOK, certificate_id=derived("test", MONDAY), number=1, day=MONDAY, policy="v1",
            living=6, dead=1, ended=0, rules=2, exceptions=1, stuck=0, unreachable=0, previous=FIRST, hash=book.hash,
            counts=(
                VerdictCount(county="north", party="mill", verdict="no-event", people=5),
                VerdictCount(county="north", party="street", verdict="missing", people=1),
                VerdictCount(county="north", party="street", verdict="owed", people=4),
                VerdictCount(county="south", party="mill", verdict="died", people=1),
                VerdictCount(county="south", party="mill", verdict="done", people=1),
                VerdictCount(county="south", party="street", verdict="other-category", people=2),
            ),
            taken_at=datetime(2026, 5, 11, 18, tzinfo=UTC),
        ),
    )  # fmt: skip


def test_a_day_has_one_certificate() -> None:
    book, _ = issue(CertificateBook(BOOK), "town", counted())

    assert issue(book, "town", counted()) == (book, ())
    assert issue(book, "town", counted(MONDAY - timedelta(days=1))) == (book, ())


@pytest.mark.parametrize(
    "counts",
    [
        COUNTS[1:],
        [*COUNTS[:-1], ["south", "elder", "at-home", "ward", "mill", "done", 2]],
        [["north", *line[1:]] if line[3] == "ward" else line for line in COUNTS],
        [line for line in COUNTS if line[3] == "ward"],
        [],
    ],
    ids=["somebody is left out", "somebody is counted twice", "of another county", "a rule is left out", "nobody"],
)
def test_figures_that_do_not_add_up_are_no_certificate(counts: list[list[str | int]]) -> None:
    with pytest.raises(Refused, match="certificate-does-not-add-up"):
        issue(CertificateBook(BOOK), "town", counted(counts=counts))


def test_a_city_in_which_nobody_lives_yet_has_its_certificate() -> None:
    nobody = replace(counted(counts=[]), living=0, dead=0, exceptions=0)

    assert adds_up(nobody)
    assert adds_up(replace(nobody, rules=0))


def test_a_head_count_that_falls_is_found() -> None:
    """Also where each certificate is bound to the one before: the dead and the moved are counted, nobody leaves."""
    book, _ = issue(CertificateBook(BOOK), "town", replace(counted(counts=[]), living=2, dead=1, rules=0))
    tuesday = replace(counted(MONDAY + timedelta(days=1), counts=[]), living=1, dead=1, rules=0)
    book, _ = issue(book, "town", replace(tuesday, certificate_id=derived("test", "tuesday")))

    night = sorted(book.certificates.values(), key=lambda each: each.number)

    assert list(flaws(night)) == [Flaw(2, "certificate-of-fewer")]


def test_a_certificate_that_was_changed_is_found() -> None:
    first, second, third = chain()

    assert list(flaws([first, replace(second, exceptions=0), third])) == [Flaw(2, "certificate-changed")]
    assert list(flaws([first, replace(second, named_hash=FIRST), third])) == [Flaw(2, "certificate-changed")]


def test_a_certificate_that_was_changed_and_made_anew_no_longer_binds_the_next() -> None:
    first, second, third = chain()
    forged = replace(second, exceptions=0)

    assert list(flaws([first, replace(forged, hash=hash_of(forged)), third])) == [Flaw(3, "certificate-unbound")]


def test_a_certificate_that_was_taken_out_is_missed() -> None:
    first, second, third = chain()

    assert list(flaws([first, third])) == [Flaw(3, "certificate-lacking"), Flaw(3, "certificate-unbound")]
    assert list(flaws([second, third])) == [Flaw(2, "certificate-unbound")]
    assert list(flaws([second, third], previous=first.hash)) == []


def test_the_order_in_which_people_are_named_does_not_matter() -> None:
    assert hash_of_named([("a", "b"), ("c", "d")]) == hash_of_named([("c", "d"), ("a", "b")])
    assert hash_of_named([("a", "b")]) != hash_of_named([("a", "c")])


def test_every_verdict_has_its_words() -> None:
    """The list of reasons is closed: SQL can say nothing that people cannot read."""
    sql = "".join([verdicts.VERDICTS, rules_now.CLASSES, climb.STUCK, *slices.LAID_OUT.values()])
    said = set(re.findall(r"(?:THEN|ELSE|coalesce\(misfit,) '([a-z-]+)'", sql))
    said |= {
        "done",
        "waived",
        "superseded",
        verdicts.BY_STRUCK,
        verdicts.NOT_HANDED_OVER,
        verdicts.IN_CIRCLES,
        UNCLASSED,
    }  # as duties are closed, of whole files, and by themselves

    events = {"happened", "family-change"}
    assert said - events == words.VERDICT.keys() | words.NAMED.keys()
    assert {*verdicts.EXCEPTIONS, *climb.STANDING_STILL} == words.NAMED.keys()


def test_the_auditor_shares_no_code_with_the_engine(repository: Path) -> None:
    """Of the domain it knows the compiled policy and its own certificates, nothing else."""
    known = {"services.visits.domain.policy", "services.visits.domain.rules", "services.visits.domain.certificates"}
    for path in (repository / "services" / "visits" / "coverage").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("services.visits.domain"):
                assert node.module in known, f"{path.name} imports {node.module}"
