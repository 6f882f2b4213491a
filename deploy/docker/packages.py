"""What runs, and all that it needs: `python -m deploy.docker.packages > deploy/docker/packages.txt`, in the development .venv."""

import re
import sys
from importlib.metadata import requires

from packaging.requirements import Requirement

from deploy.local.places import REPOSITORY

SECTION = "# what runs"


def asked_for(requirements: str) -> list[str]:
    """What requirements.in lists under "what runs", up to the next empty line."""
    return requirements.partition(SECTION)[2].strip().partition("\n\n")[0].split("\n")


def closure(asked: list[str]) -> set[str]:
    """These packages and everything that they need here, by the metadata of what is installed."""
    found: set[tuple[str, str]] = set()
    left = [(Requirement(line), "") for line in asked]
    while left:
        wanted, extra = left.pop()
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
            continue
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        for of in {"", *wanted.extras} - {extra for known, extra in found if known == name}:
            found.add((name, of))
            left += [(Requirement(line), of) for line in requires(name) or ()]
    return {name for name, _ in found}


def packages() -> list[str]:
    return sorted(closure(asked_for((REPOSITORY / "requirements.in").read_text())))


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in packages()))
