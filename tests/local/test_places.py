"""Whose folder it is: what others keep is never touched, what is ours is recognised, also where a run was cut short."""

from pathlib import Path

import pytest

from deploy.local.places import Places
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.trouble import Trouble


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A folder in which somebody has a broker and a database of their own."""
    folder = tmp_path / "srv"
    for name in ("kafka", "postgres"):
        (folder / name).mkdir(parents=True)
        (folder / name / "years-of-work").write_text("theirs")
    return folder


def kept(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_folder_with_things_of_others_is_refused_and_nothing_in_it_is_touched(theirs: Path) -> None:
    with pytest.raises(Trouble) as told:
        Platform(theirs, Ports.free(), parts={"postgres"}).start()

    assert "kafka" in told.value.cause
    assert told.value.place == str(theirs)
    assert "--data" in told.value.cure
    assert kept(theirs) == {"kafka/years-of-work", "postgres/years-of-work"}


def test_a_folder_that_merely_has_something_named_instance_is_not_ours(theirs: Path) -> None:
    (theirs / "instance").write_text("../../home")

    with pytest.raises(Trouble):
        Places(theirs).make()
    Platform(theirs).destroy()

    assert kept(theirs) == {"instance", "kafka/years-of-work", "postgres/years-of-work"}


def test_a_run_that_was_killed_before_the_folder_was_named_does_not_block_the_next(tmp_path: Path) -> None:
    (tmp_path / ".instance.4711").write_text("0123456789ab")
    (tmp_path / "..instance.4711.4711").write_text("01234")
    places = Places(tmp_path)

    places.make()

    assert places.is_ours


def test_destroying_takes_what_is_ours_and_leaves_what_was_put_beside_it(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "data")
    platform.places.make()
    for name in ("passwords.json", "ports.json", "carrier.jsonl", ".passwords.json.4711", "kafka.new"):
        (platform.places.data / name).write_text("ours")
    (platform.places.data / "notes.txt").write_text("theirs")

    left = platform.destroy()

    assert left == ["notes.txt"]
    assert kept(platform.places.data) == {"notes.txt"}


def test_destroying_all_takes_the_folder_too(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "data")
    platform.places.make()

    assert platform.destroy() == []
    assert not platform.places.data.exists()
