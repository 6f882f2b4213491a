"""The jars of Kafka: exactly the locked ones, whatever was interrupted and whoever answered."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.local import jars, orphans
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.trouble import Trouble


class Mirror:
    """A Maven repository of this machine, made of the jars that were fetched before; it remembers what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, Counter[str]()
        self.before_each: Callable[[], object] = lambda: None
        for jar in jars.locked():
            group, artifact, version = jar.coordinate.split(":")
            place = folder / group.replace(".", "/") / artifact / version
            place.mkdir(parents=True)
            (place / jar.file).symlink_to(jars.folder() / jar.file)
        asked, mirror = self.asked, self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.before_each()
                super().do_GET()

            def log_message(self, form: str, *args: object) -> None:
                if self.path.endswith(".jar"):
                    asked[self.path.rsplit("/", 1)[1]] += 1

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    jars.fetch(lambda _: None)
    mirror = Mirror(tmp_path / "mirror")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("BIFANG_MAVEN_MIRROR", mirror.address)
    yield mirror
    mirror.server.shutdown()


def test_all_parts_of_kafka_are_of_one_version() -> None:
    versions = {jar.coordinate.split(":")[2] for jar in jars.locked() if jar.coordinate.startswith("org.apache.kafka:")}

    assert versions == {"4.3.0"}


def test_a_fetch_cut_short_is_continued_and_nothing_is_fetched_twice(mirror: Mirror) -> None:
    where = jars.fetch(lambda _: None)
    half, gone = jars.locked()[0].file, jars.locked()[1].file
    (where / half).write_bytes(b"half")
    (where / gone).unlink()
    mirror.asked.clear()

    jars.fetch(lambda _: None)

    assert mirror.asked == {half: 1, gone: 1}
    assert jars.missing(where) == []


def test_a_jar_that_is_not_the_locked_one_is_refused(mirror: Mirror) -> None:
    wrong = next(mirror.folder.rglob("kafka-clients-*.jar"))
    wrong.unlink()
    wrong.write_bytes(b"something else")

    with pytest.raises(Trouble, match=r"kafka-clients-4\.3\.0\.jar 与锁定的校验和不符"):
        jars.fetch(lambda _: None)

    assert not (jars.folder() / "kafka-clients-4.3.0.jar").exists()


def test_a_slow_source_is_waited_for_as_long_as_something_comes(mirror: Mirror, tmp_path: Path) -> None:
    line = threading.Lock()

    def one_after_the_other() -> None:
        with line:
            time.sleep(0.1)

    mirror.before_each = one_after_the_other
    platform = Platform(tmp_path / "data", Ports.free(), parts={"kafka"})
    began = time.monotonic()

    platform.start(timeout_s=8)

    assert time.monotonic() - began > 8
    platform.destroy()


def test_who_gives_up_on_a_silent_source_leaves_nothing_running(mirror: Mirror, tmp_path: Path) -> None:
    answered = threading.Event()
    mirror.before_each = answered.wait
    platform = Platform(tmp_path / "data", Ports.free(), parts={"kafka"})
    began = time.monotonic()

    with pytest.raises(Trouble, match="Kafka 的 jar") as told:
        platform.start(timeout_s=3)

    assert told.value.cure
    assert time.monotonic() - began < 15
    assert (platform.is_running, orphans.find(platform.places.data)) == (False, [])
    answered.set()


def test_a_source_that_does_not_answer_is_named_with_the_cure(mirror: Mirror) -> None:
    mirror.server.shutdown()
    mirror.server.server_close()

    with pytest.raises(Trouble) as told:
        jars.fetch(lambda _: None)

    assert "取不到" in told.value.cause
    assert "BIFANG_MAVEN_MIRROR" in told.value.cure
