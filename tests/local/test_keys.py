"""The keys of an instance: made once, shared by purpose, never changed; what a killed run left is completed."""

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from deploy.local import examine, keys
from deploy.local.places import Places
from deploy.local.trouble import Trouble


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path)
    places.make()
    return places


def ring(places: Places, service: str) -> Any:
    return json.loads((places.keys / f"{service}.json").read_text())


def test_each_service_holds_the_keys_of_its_purposes_and_no_other(places: Places) -> None:
    keys.make(places)

    held = {service: tuple(ring(places, service)["seal"]) for service in keys.SEALS}

    assert held == {
        "registry": ("identity", "contact", "clinical", "care"),
        "medical": ("identity", "clinical"),
        "visits": ("care",),
        "notify": ("identity", "contact", "sms"),
        "gateway": ("sms",),
    }


def test_services_that_share_a_purpose_share_its_key(places: Places) -> None:
    keys.make(places)

    identity = [ring(places, service)["seal"]["identity"] for service in ("registry", "medical", "notify")]
    index = {ring(places, service).get("index") for service in ("registry", "medical", "visits", "notify", "gateway")}

    assert identity[0] == identity[1] == identity[2]
    assert len(base64.b64decode(identity[0]["keys"]["k1"])) == 32
    assert len(index) == 1


def test_only_their_owner_can_read_them(places: Places) -> None:
    keys.make(places)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in places.keys.iterdir()}

    assert modes == {0o600}
    assert stat.S_IMODE(places.keys.stat().st_mode) == 0o700


def test_a_second_start_changes_nothing(places: Places) -> None:
    keys.make(places)
    before = {path.name: path.read_bytes() for path in places.keys.iterdir()}

    keys.make(places)

    assert {path.name: path.read_bytes() for path in places.keys.iterdir()} == before


def test_what_a_killed_run_did_not_write_is_added_with_the_keys_that_exist(places: Places) -> None:
    keys.make(places)
    whole = {service: ring(places, service) for service in keys.SEALS}
    for service in ("registry", "gateway"):
        (places.keys / f"{service}.json").unlink()

    keys.make(places)

    assert {service: ring(places, service) for service in ("medical", "visits", "notify", "gateway")} == {
        service: whole[service] for service in ("medical", "visits", "notify", "gateway")
    }
    assert ring(places, "registry") == whole["registry"]


def test_a_key_that_was_added_later_stays(places: Places) -> None:
    keys.make(places)
    rotated = {service: ring(places, service) for service in ("medical", "registry")}
    for service, held in rotated.items():
        held["seal"]["clinical"] = {"current": "k2", "keys": {**held["seal"]["clinical"]["keys"], "k2": "AAAA"}}
        (places.keys / f"{service}.json").write_text(json.dumps(held))

    keys.make(places)

    assert {service: ring(places, service) for service in rotated} == rotated


def test_a_broken_ring_is_never_overwritten(places: Places) -> None:
    keys.make(places)
    path = places.keys / "medical.json"
    path.write_text("{half")

    with pytest.raises(Trouble) as told:
        keys.make(places)

    assert (told.value.place, path.read_text()) == (str(path), "{half")


def test_two_rings_that_contradict_each_other_stop_the_start(places: Places) -> None:
    keys.make(places)
    path = places.keys / "notify.json"
    path.write_text(path.read_text().replace('"current": "k1"', '"current": "k9"', 1))

    with pytest.raises(Trouble, match="identity"):
        keys.make(places)


def has_a_database(places: Places, *services: str) -> None:
    (places.data / "postgres").mkdir()
    (places.data / "postgres" / "PG_VERSION").write_text("18\n")
    places.passwords.write_text(json.dumps(dict.fromkeys(("postgres", *services), "pw")))


def test_keys_lost_beside_a_database_are_not_silently_drawn_anew(places: Places) -> None:
    (places.data / "postgres").mkdir()
    (places.data / "postgres" / "PG_VERSION").write_text("18\n")

    with pytest.raises(Trouble, match="密钥"):
        keys.make(places)


def test_a_purpose_that_no_ring_holds_any_more_is_not_silently_given_another_key(places: Places) -> None:
    """What the lost one has sealed would not open."""
    keys.make(places)
    has_a_database(places, *keys.SEALS)
    for service in ("medical", "registry"):  # the only ones that open what is clinical
        (places.keys / f"{service}.json").unlink()

    with pytest.raises(Trouble, match="clinical") as told:
        keys.make(places)

    assert (told.value.place, (places.keys / "medical.json").exists()) == (str(places.keys), False)
    assert keys.lost(places) == ["clinical"]


def test_a_service_that_is_new_beside_a_database_gets_keys_of_its_own(places: Places) -> None:
    keys.make(places)
    has_a_database(places, *(service for service in keys.SEALS if service != "medical"))
    (places.keys / "medical.json").unlink()

    keys.make(places)

    assert "clinical" in ring(places, "medical")["seal"]


def test_doctor_names_the_lost_key_wherever_the_database_lies(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.make(places)
    outside = places.data / "elsewhere"
    monkeypatch.setattr("deploy.local.places.OUTSIDE", outside)
    (places.outside / "cluster").mkdir(parents=True)
    (places.outside / "cluster" / "PG_VERSION").write_text("18\n")
    places.passwords.write_text(json.dumps(dict.fromkeys(("postgres", *keys.SEALS), "pw")))
    for service in ("medical", "registry"):
        (places.keys / f"{service}.json").unlink()

    found = {row.name: row for row in examine.files(places)}

    assert (found["密钥"].well, "clinical" in found["密钥"].found) == (False, True)
