"""Journey 7, short: `kill -9` of every role of every service, of Kafka and of PostgreSQL, under load.

`./bifang bench storm` is the long one; this is the same program.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.storm_kills import ALL

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(1200),
]
STORM = "--kills 20 --admissions 1200 --seed 2026 --rate 20 --quiet-within 400"


def test_what_was_promised_in_a_storm_is_there_once(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.storm", *STORM.split()],
        cwd=repository,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )

    told, figures = done.stdout, json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, figures["lost"], figures["doubled"], figures["wrong"]) == (0, 0, 0, 0), told
    assert figures["kills"] >= 20 and figures["admissions"] >= 1_200
    assert figures["thrown"].keys() == set(ALL)
