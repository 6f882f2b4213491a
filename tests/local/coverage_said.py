"""What visits may say of its certificates, as the command is told it, and what the command then prints."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.local.cli import app
from deploy.local.commands import coverage
from deploy.local.coverage_names import Names
from services.visits.domain import words
from services.visits.domain.certificates import Certificate
from tests.visits.test_certificates import COUNTS, chain

Ask = Callable[..., Result]
TOLD = [(each.number, each.hash) for each in chain()]
END = {"number": 3, "day": str(chain()[-1].day), "hash": chain()[-1].hash}
CLEAN: dict[str, Any] = {"people": [], "rungs": []}


def line(certificate: Certificate, names_stand: bool = True) -> dict[str, Any]:
    """As the door gives it."""
    given = asdict(certificate) | {"certificate_id": str(certificate.certificate_id), "names_stand": names_stand}
    return given | {"day": str(certificate.day), "taken_at": certificate.taken_at.isoformat()}


def shown(exceptions: int, stuck: int = 0) -> dict[str, Any]:
    names = ("county", "kind", "category", "rule", "party", "verdict", "people")
    figures = line(replace(chain(1)[0], exceptions=exceptions, stuck=stuck))
    zh = {
        "verdict": {**words.VERDICT, **words.NAMED},
        "party": {"mill": "粮站", "street": "街坊"},
        "category": {"alone": "独居"},
    }
    return {"number": 1, "hash": "ab12", "figures": figures, "zh": zh,
            "counts": [dict(zip(names, count, strict=True)) for count in COUNTS]}  # fmt: skip


def nobody_named(people: list[str], units: list[str]) -> Names:
    return Names()


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ask]:
    """The command line, before a visits that answers each path as given."""

    def answering(
        told: list[tuple[int, str]] | None = TOLD,
        named: Callable[[list[str], list[str]], Names] = nobody_named,
        **answers: Any,
    ) -> Ask:
        def answer(path: str, query: dict[str, str]) -> Any:
            said = answers[path.removeprefix("/coverage").strip("/") or "last"]
            return said(query) if callable(said) else said

        monkeypatch.setattr(coverage, "_ask", lambda _, *asked: [answer(path, query) for path, query in asked])
        monkeypatch.setattr(coverage, "_pages", lambda _, path, query: answer(path, query))
        monkeypatch.setattr(coverage, "_told", lambda _: told)
        monkeypatch.setattr(coverage, "_names", lambda _, people, units: named([*people], [*units]))
        return lambda *arguments: CliRunner().invoke(app, ["coverage", *arguments])

    return answering


def pages(lines: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [lines[n : n + 2] for n in range(0, len(lines), 2)]
