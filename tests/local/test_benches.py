"""What can be measured is listed, and every bench of the engine runs: a claim of speed is a command that anyone can give."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.commands.bench import BENCHES
from tests.local.asking import Ask, ask

__all__ = ["ask"]


def test_each_bench_is_listed_with_what_it_tells(ask: Ask, repository: Path) -> None:
    of_files = {path.stem for path in (repository / "bench").glob("[!_]*.py") if "sys.exit(" in path.read_text()}
    of_folders = {main.parent.name for main in (repository / "bench").glob("*/__main__.py")}

    told = ask("bench", "--help").output

    assert set(BENCHES) == (of_files | of_folders) - {"hop_plain", "hop_service"}
    assert ask("bench").output == told
    assert all(f"  {name} " in told and what in told for name, what in BENCHES.items())


@pytest.mark.parametrize(
    ("name", "few", "told"), [("reconcile", "200", "woken_idle_per_s"), ("coverage", "1000", "seconds")]
)
def test_a_bench_of_the_engine_runs_over_few(repository: Path, name: str, few: str, told: str) -> None:
    command = [sys.executable, "-m", f"bench.{name}", "--people", few]

    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=180)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])[told] > 0
