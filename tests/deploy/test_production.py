"""docs/how-to/production.md against the code: settings, roles, keys."""

import re
from importlib import import_module
from pathlib import Path

from bus.service import Service
from contracts.all import OWNERS
from deploy.docker import operate
from deploy.local.keys import INDEXED, SEALS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "production.md").read_text()
SERVICES: dict[str, Service] = {name: import_module(f"services.{name}.service").service for name in OWNERS}
NOT_OF_A_SERVICE = {"BIFANG_SECRETS", "BIFANG_REPLICATION", "BIFANG_ROLES"}


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_setting_stands_on_the_page_and_nothing_else() -> None:
    fields = {
        field.validation_alias if isinstance(field.validation_alias, str) else f"BIFANG_{name.upper()}"
        for service in SERVICES.values()
        for name, field in service.settings.model_fields.items()
    }
    said = set(re.findall(r"`(BIFANG_\w+|KAFKA_BROKERS|DATABASE_URL)`", PAGE))

    assert said == fields | (said & NOT_OF_A_SERVICE)


def test_every_role_stands_on_the_page() -> None:
    roles = {role for service in SERVICES.values() for role in service.roles}

    assert set(re.findall(r"^\| `(\w+)` \|", section("A process"), re.MULTILINE)) == roles


def test_who_holds_which_keys_is_as_the_rings_are_made() -> None:
    rows = re.findall(r"^\| (\w+) \| ([\w, ]+) \| (yes|no) \|", section("Keys"), re.MULTILINE)
    said = {name: (set(what.split(", ")) - {"nothing"}, index == "yes") for name, what, index in rows}

    assert said == {name: (set(purposes), name in INDEXED) for name, purposes in SEALS.items()}


def test_what_is_done_by_hand_in_a_container_is_what_the_pages_say() -> None:
    pages = PAGE + (ROOT / "docs" / "how-to" / "compose.md").read_text()
    said = set(re.findall(r"deploy\.docker\.operate \S+ ([\w-]+)", pages.replace("<service>", "visits")))

    assert said == set(operate.DEEDS)
    assert operate.parse(["visits", "replay", "1", "3"]).numbers == [1, 3]
    assert operate.parse(["registry", "token", "operations", "李工"]).hours == 8
