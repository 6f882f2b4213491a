"""Tables of fake services, in the place of the real one."""

import sys
from dataclasses import replace
from pathlib import Path

from deploy.local.services import Program

_FAKE = str(Path(__file__).with_name("fake_service.py"))


def _fake(name: str, manner: str, *roles: str) -> Program:
    return Program(name, (sys.executable, _FAKE, manner), door=name, roles=roles, database=False)


TWO = (_fake("registry", "well"), _fake("visits", "slow"))
ONE_FALLS = (_fake("registry", "well"), _fake("visits", "falls"))
ONE_DEAF = (replace(_fake("registry", "deaf"), grace_s=1.0),)
WITH_ROLES = (_fake("registry", "well", "api", "worker"),)
