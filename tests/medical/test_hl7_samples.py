"""Messages of other people's systems are read without a fault, and as an independent reader reads them."""

from pathlib import Path

import hl7
import pytest

from services.medical.adt import AdtMessage, read_adt
from services.medical.hl7 import header_of, read

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "adt-samples"
FILES = sorted(SAMPLES.rglob("*.hl7"))
TWINS = sorted((SAMPLES / "hapi-sender-gb18030").glob("*.hl7"))

pytestmark = pytest.mark.skipif(
    not FILES, reason=f"the sample messages are not here: {SAMPLES} is no folder; nothing of other systems was read"
)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_sample_is_read(path: Path) -> None:
    raw = path.read_bytes()

    said = read_adt(read(raw))

    assert said.trigger in path.stem or path.stem.endswith("O01")
    assert header_of(raw).field(10) == said.control_id


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_segment_is_as_the_oracle_reads_it(path: Path) -> None:
    message = read(path.read_bytes())
    oracle = hl7.parse(message.raw.decode(message.charset))

    for segment in oracle:
        name = str(segment[0])
        mine = message.segments(name)
        assert [str(field) for field in segment] in mine, name
    assert len(message.segments("PID")) == sum(str(segment[0]) == "PID" for segment in oracle)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_component_of_the_patient_is_as_the_oracle_reads_it(path: Path) -> None:
    message = read(path.read_bytes())
    if message["MSH-2"] != r"^~\&":
        pytest.skip(f"the oracle does not understand MSH-2 {message['MSH-2']}")
    oracle = hl7.parse(message.raw.decode(message.charset))
    patient = next(segment for segment in oracle if str(segment[0]) == "PID")
    checked = 0

    for number in range(1, len(patient)):
        for r, repetition in enumerate(patient[number], 1):
            components = [repetition] if isinstance(repetition, str) else list(repetition)
            for c, component in enumerate(components, 1):
                if "\\" not in str(component):
                    assert message[f"PID-{number}({r}).{c}"] == str(component)
                    checked += 1
    assert checked or len(patient) == 1


@pytest.mark.parametrize(
    ("gb18030", "utf8"), list(zip(TWINS[::2], TWINS[1::2], strict=True)), ids=lambda path: path.stem
)
def test_twins_in_two_charsets_give_one_reading(gb18030: Path, utf8: Path) -> None:
    def reading(path: Path, charset: str) -> AdtMessage:
        message = read(path.read_bytes())
        assert message.charset == charset
        return read_adt(message)

    assert reading(gb18030, "gb18030") == reading(utf8, "utf-8")
