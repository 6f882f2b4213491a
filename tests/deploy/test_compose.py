"""docker-compose.yml against the code: nothing of it is started, everything that it says is checked."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bus.settings import WrongSettings
from contracts.all import OWNERS
from deploy.local import postgres, services
from deploy.local.kafka import properties
from deploy.local.ports import DOORS, Ports
from tests.deploy.composed import COMPOSE, EXAMPLE, ROOT, SERVICES, of_ours, published, resolved, secrets, settings_of

__all__ = ["secrets"]


@pytest.mark.parametrize("name", OWNERS)
def test_every_service_runs_as_itself_with_all_its_roles(name: str) -> None:
    told = COMPOSE["services"][name]

    assert told["command"] == [f"services.{name}"]
    assert "BIFANG_ROLES" not in told["environment"]


def test_there_is_nothing_in_the_file_that_is_not_known_here() -> None:
    beside = {"kafka", "postgres", "prepare", "carrier", "prometheus", "secrets"}

    assert set(COMPOSE["services"]) == {*OWNERS, *beside}


@pytest.mark.parametrize("name", OWNERS)
def test_a_service_starts_with_what_it_is_told_in_production(
    name: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is required is there, and the keys that were made are no demo keys: production would refuse them."""
    settings = settings_of(name, secrets, tmp_path, monkeypatch)

    assert settings.environment == "production"
    assert settings.database_url.startswith(f"postgresql://bifang_{name}:")
    assert (settings.host, settings.port) == ("0.0.0.0", DOORS[name])


@pytest.mark.parametrize("password", ["demo", ""])
def test_in_production_the_gateway_refuses_the_password_of_the_simulator(
    password: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the simulator accepts becomes `delivered` and reaches nobody."""
    (secrets / "gateway-smpp-password").write_text(password)

    with pytest.raises(WrongSettings, match="BIFANG_SMPP_PASSWORD"):
        settings_of("gateway", secrets, tmp_path, monkeypatch)


def test_the_simulated_carrier_learns_where_it_is_and_ends_at_once_in_production(tmp_path: Path) -> None:
    told = COMPOSE["services"]["carrier"]
    environment = {name: resolved(value) for name, value in told["environment"].items()}
    ports = ["--port", "1", "--control-port", "2", "--ledger", str(tmp_path / "ledger")]

    ended = subprocess.run(
        [sys.executable, "-m", "services.gateway.carrier", *ports],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip

    assert environment == {"BIFANG_ENVIRONMENT": "production"}
    assert (ended.returncode, "BIFANG_ENVIRONMENT" in ended.stderr) == (2, True)


def test_no_command_of_the_pages_names_a_profile_that_the_next_one_would_forget() -> None:
    """Update and down act upon the profiles of COMPOSE_PROFILES alone."""
    pages = [ROOT / "docker-compose.yml", *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]

    assert [page.name for page in pages if "--profile" in page.read_text()] == []


@pytest.mark.parametrize("name", OWNERS)
def test_a_service_is_told_nothing_that_it_does_not_know(name: str) -> None:
    """A misspelt name would be ignored in silence."""
    told = COMPOSE["services"][name]
    names = {
        field.validation_alias if isinstance(field.validation_alias, str) else f"BIFANG_{key.upper()}"
        for key, field in SERVICES[name].settings.model_fields.items()
    }
    targets = {secret["target"] for secret in told["secrets"]} - {"keys.json"}

    assert {*told["environment"], *targets} - names == {"BIFANG_SECRETS"}


@pytest.mark.parametrize("name", OWNERS)
def test_a_service_waits_for_what_it_needs(name: str) -> None:
    needs = {what: how["condition"] for what, how in COMPOSE["services"][name]["depends_on"].items()}

    assert needs == {
        "kafka": "service_healthy",
        "postgres": "service_healthy",
        "prepare": "service_completed_successfully",
    }


@pytest.mark.parametrize("name", OWNERS)
def test_a_service_is_given_the_time_in_which_it_finishes_what_it_began(name: str) -> None:
    """By compose, by the local platform, and by what the page asks of any other supervisor."""
    page = (ROOT / "docs" / "how-to" / "production.md").read_text()
    here = next(program.grace_s for program in services.TABLE if program.name == name)

    assert COMPOSE["services"][name]["stop_grace_period"] == "30s"
    assert here == 30.0
    assert "SIGTERM finishes what was begun (give it 30 s)" in page


def test_the_log_of_the_database_holds_no_row_and_no_statement() -> None:
    """A person's value must reach no log; what is set on one machine is set here, but for what is of a container."""
    told = dict(option.split("=") for option in COMPOSE["services"]["postgres"]["command"] if "=" in option)
    quiet = {
        name: value for name, value in postgres.SETTINGS.items() if name.startswith("log_") and name != "log_timezone"
    }

    assert told == quiet
    assert all(
        f"`{name}={value}`" in (ROOT / "docs" / "how-to" / "production.md").read_text() for name, value in quiet.items()
    )


def test_every_door_is_the_usual_one_and_open_to_this_machine_alone() -> None:
    doors = {name: published(told) for name, told in COMPOSE["services"].items() if "ports" in told}
    usual = {name: {DOORS[name]: f"127.0.0.1:{DOORS[name]}"} for name in OWNERS}
    usual["medical"][DOORS["mllp"]] = f"127.0.0.1:{DOORS['mllp']}"

    assert doors == usual | {
        "kafka": {DOORS["kafka"]: f"127.0.0.1:{DOORS['kafka']}"},
        "postgres": {5432: f"127.0.0.1:{DOORS['postgres']}"},
        "carrier": {DOORS["carrier"]: f"127.0.0.1:{DOORS['carrier']}"},
        "prometheus": {9090: "127.0.0.1:9090"},
    }


def test_the_gateway_speaks_to_the_simulated_carrier_unless_told_otherwise() -> None:
    command = COMPOSE["services"]["carrier"]["command"]
    port = command[command.index("--port") + 1]

    assert resolved(COMPOSE["services"]["gateway"]["environment"]["BIFANG_SMPP"]) == f"carrier:{port}"


@pytest.mark.parametrize("name", [*COMPOSE["services"]])
def test_what_stays_up_has_a_health_check_in_a_shell_and_a_limit(name: str) -> None:
    told = COMPOSE["services"][name]
    if "restart" not in told:
        assert told["healthcheck"] == {"disable": True}
        return

    assert told["healthcheck"]["test"][0] == "CMD-SHELL"
    assert told["restart"] == "unless-stopped"
    assert "mem_limit" in told


@pytest.mark.parametrize("name", [name for name, _ in of_ours()])
def test_our_containers_can_write_nothing_and_may_do_nothing(name: str) -> None:
    told = COMPOSE["services"][name]

    assert told["read_only"] is True
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert (told["cap_drop"], told.get("user")) in [(["ALL"], None), ([], "0:0")]
    assert (told["cap_drop"] == []) is (name == "secrets")


def test_all_of_ours_is_one_image() -> None:
    assert len({(told["image"], json.dumps(told["build"])) for _, told in of_ours()}) == 1


def test_the_broker_is_set_as_the_one_of_a_single_machine() -> None:
    """But for its doors, its places and what only a small machine wants."""
    of_its_own = {"process.roles", "node.id", "listeners", "advertised.listeners", "controller.listener.names", "log.dirs",
                  "inter.broker.listener.name", "controller.quorum.voters", "log.cleaner.dedupe.buffer.size",
                  "num.network.threads", "num.io.threads", "broker.session.timeout.ms", "broker.heartbeat.interval.ms",
                  }  # fmt: skip
    local = dict(line.split("=", 1) for line in properties(Path("/x"), Ports()).splitlines())
    environment = COMPOSE["services"]["kafka"]["environment"]

    wanted = {f"KAFKA_{k.upper().replace('.', '_')}": v for k, v in local.items() if k not in of_its_own}
    assert {key: str(environment.get(key)) for key in wanted} == wanted


def test_the_example_says_what_the_file_takes_when_nothing_is_set() -> None:
    """But for the city, which nobody may choose for another, and what runs beside."""
    text = (ROOT / "docker-compose.yml").read_text()
    taken, must = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", text)), set(re.findall(r"\$\{(\w+):\?", text))

    assert must == {"BIFANG_CITY"}
    assert taken | {"BIFANG_CITY": "", "COMPOSE_PROFILES": "watch"} == EXAMPLE
