"""What a storm was asked to be, what came of it, and how that is shown."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.stage import report
from bench.storm_ledgers import Verdict


@dataclass(frozen=True, slots=True)
class Wanted:
    kills: int
    admissions: int
    seed: int
    rate: float
    quiet_within: float

    @property
    def people(self) -> int:
        """Each is admitted some twenty times."""
        return min(1000, max(60, self.admissions // 20))


@dataclass
class Outcome:
    """What came of it; None where it came to no verdict."""

    wanted: Wanted
    seconds: float = 0.0
    landed: Counter[str] = field(default_factory=Counter)
    thrown: Counter[str] = field(default_factory=Counter)
    admissions: int = 0
    messages: Counter[str] = field(default_factory=Counter)
    records: int = 0
    copies: int = 0
    quiet_s: float = 0.0
    verdict: Verdict | None = None
    not_measured: str = ""

    @property
    def is_well(self) -> bool:
        return self.verdict is not None and self.verdict.is_well and not self.not_measured


def shown(outcome: Outcome) -> None:
    """A table for people; last, one JSON line."""
    wanted, verdict = outcome.wanted, outcome.verdict or Verdict()
    rows = [
        ("kills that landed 击中", f"{outcome.landed.total():,} of {outcome.thrown.total():,}", f"≥ {wanted.kills:,}"),
        ("admissions acknowledged 确认入院", f"{outcome.admissions:,}", f"≥ {wanted.admissions:,}"),
        *(
            (line.what, f"{line.found:,} of {line.promised:,}", _verdict_of(line.lost, line.doubled))
            for line in verdict.lines
        ),
        *((f"SMS {state}", f"{n:,}", "") for state, n in sorted(verdict.states.items())),
        *((f"kills of {name}", f"{outcome.landed[name]} of {n}", "") for name, n in sorted(outcome.thrown.items())),
        ("lost 丢失", f"{verdict.lost:,}", "0"),
        ("doubled 重复", f"{verdict.doubled:,}", "0"),
        *((f"wrong: {what}", "", "") for what in [*verdict.wrong, *verdict.named]),
        *([("not measured", outcome.not_measured, "")] if outcome.not_measured else []),
    ]
    report(f"bench storm: seed {wanted.seed}, {outcome.seconds:.0f} s", rows, figures(outcome))


def _verdict_of(lost: int, doubled: int) -> str:
    return "=" if not (lost or doubled) else f"lost {lost:,}, doubled {doubled:,}"


def figures(outcome: Outcome) -> dict[str, Any]:
    verdict = outcome.verdict
    return {
        "kills": outcome.landed.total(), "admissions": outcome.admissions,
        "lost": verdict.lost if verdict else None, "doubled": verdict.doubled if verdict else None,
        "wrong": len(verdict.wrong) if verdict else None, "seed": outcome.wanted.seed, "seconds": round(outcome.seconds),
        "thrown": dict(sorted(outcome.thrown.items())), "landed": dict(sorted(outcome.landed.items())),
        "messages": dict(outcome.messages), "sms": dict(verdict.states) if verdict else None,
        "unknown": verdict.states["unknown"] if verdict else None,
        "unknown_ever": verdict.ever_unknown if verdict else None,
        "records": outcome.records, "said_again": outcome.copies, "quiet_s": round(outcome.quiet_s),
    }  # fmt: skip
