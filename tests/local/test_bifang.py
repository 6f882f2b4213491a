"""`./bifang` itself: it needs bash and Python alone, survives being cut short, and never runs twice at once."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from deploy.local.places import REPOSITORY


def locked(*names: str) -> str:
    """These entries of the lock, with their hashes."""
    lock = (REPOSITORY / "requirements.lock").read_text()
    found = [re.search(rf"(?m)^{name}==(?:.*\\\n)*.*\n", lock) for name in names]
    return "".join(entry[0] for entry in found if entry)


def bare_path(tmp_path: Path, *, without: str = "") -> str:
    """A PATH with no more than the script itself calls."""
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("bash", "env", "dirname", "readlink", "date", "sha256sum", "cut", "cat", "flock", "tail", "sed"):
        if name != without:
            (bare / name).symlink_to(str(shutil.which(name)))
    return str(bare)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The script, the smallest lock, and a command line that only says that it ran."""
    clone = tmp_path / "clone"
    (clone / "deploy" / "local").mkdir(parents=True)
    shutil.copy(REPOSITORY / "bifang", clone)
    (clone / "requirements.lock").write_text(locked("iniconfig"))
    (clone / "deploy" / "__init__.py").touch()
    (clone / "deploy" / "local" / "__init__.py").touch()
    (clone / "deploy" / "local" / "__main__.py").write_text("import sys, iniconfig; print('ran', *sys.argv[1:])\n")
    return clone


def start(clone: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **more}
    environment.pop("PYTHONPATH", None)
    return subprocess.Popen(
        [clone / "bifang", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        cwd="/",
        start_new_session=True,
    )


def test_the_lock_names_versions_and_hashes_and_no_address() -> None:
    lines = (REPOSITORY / "requirements.lock").read_text().splitlines()

    strange = [
        line
        for line in lines
        if not re.fullmatch(r"[\w.-]+==[\w.]+( ; .*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line)
    ]

    assert strange == []


def test_the_first_run_installs_what_is_locked_and_the_second_is_at_once(clone: Path) -> None:
    (clone / "requirements.lock").write_text(locked("uv", "iniconfig"))
    first, _ = start(clone, "up", "--port-base", "1").communicate()
    began = time.monotonic()
    second, _ = start(clone, "status").communicate()

    assert first.splitlines()[-1] == "ran up --port-base 1"
    assert re.search(r"✓ 安装依赖（uv，校验散列）  \d+ 秒", first)
    assert second == "ran status\n"
    assert time.monotonic() - began < 3


def test_without_uv_pip_does_it(clone: Path) -> None:
    said, _ = start(clone, "up").communicate()

    assert "uv 不可用，改用 pip" in said
    assert said.splitlines()[-1] == "ran up"


def test_a_run_cut_short_is_made_good_by_the_next(clone: Path) -> None:
    cut = start(clone, "up")
    while not (clone / ".venv" / "pyvenv.cfg").exists():
        time.sleep(0.05)
    os.kill(cut.pid, 9)
    cut.wait()

    after, _ = start(clone, "up").communicate()

    assert after.splitlines()[-1] == "ran up"


def test_two_at_once_prepare_it_once(clone: Path) -> None:
    both = [start(clone, "one"), start(clone, "two")]

    said = [process.communicate()[0] for process in both]

    assert sorted(text.splitlines()[-1] for text in said) == ["ran one", "ran two"]
    assert sum("✓ 安装依赖" in text for text in said) == 1


def test_a_package_that_is_not_the_locked_one_is_refused(clone: Path) -> None:
    lock = clone / "requirements.lock"
    text = lock.read_text()
    at = text.index("iniconfig==")
    lock.write_text(text[:at] + re.sub(r"sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, text[at:]))

    process = start(clone, "up")
    said, _ = process.communicate()

    assert process.returncode == 1
    for words in ("依赖没有装全", "原因：", "位置：", "办法："):
        assert words in said


def test_a_venv_that_somebody_made_for_themselves_is_not_deleted(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / "theirs").write_text("years of work")

    process = start(clone, "up")
    said, _ = process.communicate()

    assert process.returncode == 1
    assert (clone / ".venv" / "theirs").exists()
    for words in ("不是 ./bifang 建的", "位置：", "办法："):
        assert words in said


def test_what_is_no_linux_is_told_first(clone: Path) -> None:
    process = start(clone, "up", OSTYPE="darwin22")
    said, _ = process.communicate()

    assert (process.returncode, "Linux" in said, (clone / ".venv").exists()) == (1, True, False)


def test_without_flock_nobody_is_waited_for(clone: Path, tmp_path: Path) -> None:
    bare = bare_path(tmp_path, without="flock")

    process = start(clone, "up", PATH=bare)
    said, _ = process.communicate()

    assert process.returncode == 1
    assert "没有 flock" in said
    assert "另一个" not in said


def test_without_a_python_it_says_what_to_install(clone: Path, tmp_path: Path) -> None:
    process = start(clone, "up", PATH=bare_path(tmp_path))
    said, _ = process.communicate()

    assert process.returncode == 1
    assert "没有 Python 3.11" in said
    assert "BIFANG_PYTHON=" in said
