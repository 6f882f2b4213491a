"""The files of a version: checked again before it is in force, and made again from nothing but themselves."""

import shutil
from pathlib import Path

import pytest

from bus.pack import PackRefused
from services.visits.policy import FOLDER, examine_files, files_of, load_files, load_with_changes
from tests.visits.packs import SHUANGTA, add, spoil


def test_what_would_leave_people_bare_is_not_put_in_force_and_a_version_that_was_still_is(pack: Path) -> None:
    add(pack)
    files = files_of(pack)

    with pytest.raises(PackRefused) as refused:
        examine_files(files)

    assert str(refused.value).startswith("shuangta/rules.yaml:")
    assert load_files(files).rules.keys() > {"care-visit"}


def test_messages_that_could_not_be_spoken_are_not_put_in_force_either(pack: Path) -> None:
    line = spoil(pack, "messages.yaml", "{person}已住院", "{nobody}已住院")

    with pytest.raises(PackRefused) as refused:
        examine_files(files_of(pack))

    said = [(str(each.file), each.line, each.zh) for each in refused.value.mistakes]
    assert ("shuangta/messages.yaml", line, "“templates.hospital-visit-liaison”：未知的变量{nobody}") in said
    assert load_files(files_of(pack)).name == "shuangta"


def test_a_version_travels_with_all_that_it_lies_upon_wherever_that_stands(tmp_path: Path) -> None:
    cities, above = tmp_path / "cities", tmp_path / "provinces" / "above"
    own = Path(shutil.copytree(SHUANGTA, cities / "shuangta"))
    shutil.copy(SHUANGTA.parent / "calendar.yaml", cities)
    above.mkdir(parents=True)
    (above / "pack.yaml").write_text("layer: province\nranks: {section: 科级}\n", encoding="utf-8")
    spoil(own, "pack.yaml", "name: shuangta", "name: shuangta\nextends: ../../provinces/above")

    files = files_of(own)

    assert {*files} == {
        FOLDER,
        "cities/calendar.yaml",
        *(f"cities/shuangta/{name}.yaml" for name in ("messages", "pack", "rules")),
        "provinces/above/pack.yaml",
    }
    assert load_files(files).version == load_with_changes(own).policy.version
    assert load_files(files).words["ranks"] == {"section": "科级", "county-level": "县处级"}


@pytest.mark.parametrize("folder", ["", "/etc", "../shuangta", "shuangta/../..", "shuangta\0"])
def test_a_version_reads_nothing_beside_its_own_files(folder: str) -> None:
    with pytest.raises(PackRefused) as refused:
        examine_files({**files_of(SHUANGTA), FOLDER: folder})

    assert [mistake.zh for mistake in refused.value.mistakes] == [f"不是政策目录中的文件名：“{folder}”"]


@pytest.mark.parametrize(
    "path", ["../shuangta.yaml", "/shuangta/rules.yaml", "shuangta/../../x.yaml", "shuangta/rules.sh"]
)
def test_a_version_writes_nothing_beside_its_own_files(path: str) -> None:
    with pytest.raises(PackRefused) as refused:
        examine_files({**files_of(SHUANGTA), path: "name: x"})

    assert [mistake.zh for mistake in refused.value.mistakes] == [f"不是政策目录中的文件名：“{path}”"]
