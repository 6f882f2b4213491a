"""Makes what must be secret in one deployment, once: `python -m deploy.docker.make_secrets FOLDER [HOST:PORT]`.

Passwords, database addresses and key rings, a file each, for `docker-compose.yml` and for any other way to run the services.
A file that exists is never changed: a key that is lost closes for ever all that it has sealed.
"""

import base64
import json
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from deploy.local.databases import DATABASE, role
from deploy.local.keys import FIRST, INDEXED, SEALS

POSTGRES: Final = "postgres:5432"
FOLDER_MODE, FILE_MODE = 0o700, 0o444
"""The folder keeps others on the host out; the containers' user, who is nobody on the host, must read the files."""


def names() -> list[str]:
    """The files of a whole set."""
    of_services = [f"{service}-{what}" for service in SEALS for what in ("database-url", "keys.json")]
    return ["postgres-password", "gateway-smpp-password", *of_services]


def contents(postgres: str) -> Iterator[tuple[str, str]]:
    """A whole set, drawn anew. The rings share what they must: a purpose's key, the index, the key of the tokens."""
    yield "postgres-password", _password()
    yield "gateway-smpp-password", "demo"  # the simulator's; production refuses it, because a carrier gives its own
    token, index = _secret(), _secret()
    seals = {purpose: {"current": FIRST, "keys": {FIRST: _secret()}} for needed in SEALS.values() for purpose in needed}
    for service, needed in SEALS.items():
        ring: dict[str, Any] = {"demo": False, "token": token, "seal": {purpose: seals[purpose] for purpose in needed}}
        if service in INDEXED:
            ring["index"] = index
        yield f"{service}-database-url", f"postgresql://{role(service)}:{_password()}@{postgres}/{DATABASE}"
        yield f"{service}-keys.json", json.dumps(ring, indent=1)


def make(folder: Path, postgres: str = POSTGRES) -> list[str]:
    """Makes the set, whole. FileExistsError when a part is there: half of an old set and half of a new fit nowhere.

    Drawn beside, inside the folder because that may be a mount; what a run that was killed has drawn whole is moved on.
    """
    drawn = folder / ".drawn"
    if not drawn.exists():
        if there := [name for name in names() if (folder / name).exists()]:
            raise FileExistsError(f"{folder}: {', '.join(there)} already there; nothing was made")
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        folder.chmod(FOLDER_MODE)
        half = folder / ".half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=FOLDER_MODE)
        for name, text in contents(postgres):
            (half / name).write_text(text + "\n")
            (half / name).chmod(FILE_MODE)
        half.rename(drawn)
    for path in drawn.iterdir():
        path.rename(folder / path.name)
    drawn.rmdir()
    return names()


def _password() -> str:
    return secrets.token_urlsafe(24)


def _secret() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


if __name__ == "__main__":
    try:
        sys.stdout.write("".join(f"{name}\n" for name in make(Path(sys.argv[1]), *sys.argv[2:3])))
    except FileExistsError as there:
        sys.exit(str(there))
