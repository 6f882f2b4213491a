"""Of requirements.lock, what the image installs: all but the packages that only one machine or the tests ask for.

    python3 locked.py requirements.in requirements.lock

What those packages need in turn stays, because the lock does not tell; it is small. Runs before anything is installed.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

RUNS = "what runs"


def asked_for(requirements: str, section: str | None = None) -> set[str]:
    """The packages of one section of requirements.in, or of all of them; a section begins with a comment and ends blank."""
    heading, found = "", set()
    for line in requirements.splitlines():
        if line.startswith("#"):
            heading = line.removeprefix("#").strip()
        elif line.strip() and section in (None, heading):
            found.add(_name(line))
    return found


def entries(lock: str) -> Iterator[tuple[str, str]]:
    """Name and text of every package, with its hashes."""
    for text in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        yield _name(text), text


def kept(requirements: str, lock: str) -> str:
    """The part of the lock that the image installs."""
    left_out = asked_for(requirements) - asked_for(requirements, RUNS)
    return "\n".join(text for name, text in entries(lock) if name not in left_out) + "\n"


def _name(line: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", line)
    assert found is not None, line
    return re.sub(r"[-_.]+", "-", found[0]).lower()


if __name__ == "__main__":
    sys.stdout.write(kept(Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_text()))
