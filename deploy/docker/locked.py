"""Of requirements.lock the part that the image installs: `python3 locked.py packages.txt requirements.lock`.

Runs before anything is installed. What `packages.txt` names and the lock does not have stops the build.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path


def entries(lock: str) -> Iterator[tuple[str, str]]:
    """Name and text of every package, with its hashes."""
    for text in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        yield text.partition("==")[0], text


def kept(packages: str, lock: str) -> str:
    """The entries of these packages, as they stand in the lock."""
    of = dict(entries(lock))
    return "".join(f"{of[name]}\n" for name in packages.split())


if __name__ == "__main__":
    sys.stdout.write(kept(Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_text()))
