"""A pack may stand on another, and counties may stand on it: what each layer makes otherwise is said, and why."""

from datetime import timedelta
from pathlib import Path

from services.visits.domain.rules import OnDeath, Trigger
from services.visits.policy import Change, load, load_with_changes
from tests.visits.layered import HOUR, TIDE_VISIT, city, mistakes
from tests.visits.packs import county, spoil

__all__ = ["city"]


def test_a_city_that_says_nothing_else_has_the_rules_of_its_province(city: Path) -> None:
    policy, above = load(city), load(city.parent / "shuangta")

    assert policy.rules == above.rules
    assert (policy.name, policy.city, policy.title) == ("hillside", "山侧市", "山侧市老干部必访规则")
    assert policy.version != above.version


def test_a_city_changes_the_fields_that_it_names_and_no_other_and_drops_what_it_says(city: Path) -> None:
    (city / "rules.yaml").write_text(HOUR)
    above = load(city.parent / "shuangta").rules

    policy, changes = (loaded := load_with_changes(city)).policy, loaded.changes

    assert policy.rules.keys() == above.keys() - {"weekly-greeting"}
    changed, was = policy.rules["hardship-visit"], above["hardship-visit"]
    assert changed.when == Trigger("hardship-reported", timedelta(hours=1), timedelta(days=10))
    assert (changed.means.strength, changed.reason) == ("phone", "山路远")
    assert (changed.title, changed.ladder, changed.means.kind) == (was.title, was.ladder, was.means.kind)
    assert changes == (
        Change("hillside", "hardship-visit", "window.opens", "（无）", "1h", "山路远"),
        Change("hillside", "hardship-visit", "window.due", "7d", "10d", "山路远"),
        Change("hillside", "hardship-visit", "strength", "in-person", "phone", "山路远"),
        Change("hillside", "weekly-greeting", None, "空巢独居每周问候", "（无）", "本市没有社区工作者"),
    )


def test_a_county_that_changes_one_hour_of_a_window_keeps_the_other(city: Path) -> None:
    (city / "rules.yaml").write_text(HOUR)
    county(city, "seaside", "海滨县", rules="overrides: {hardship-visit: {reason: 出海, window: {due: 20d}}}")

    when = load(city).counties["海滨县"]["hardship-visit"].when

    assert when == Trigger("hardship-reported", timedelta(hours=1), timedelta(days=20))


def test_what_is_not_a_mapping_is_changed_as_a_whole(city: Path) -> None:
    (city / "rules.yaml").write_text("overrides: {hospital-visit-liaison: {reason: 试, rows: [66]}}")

    loaded = load_with_changes(city)

    assert loaded.policy.rules["hospital-visit-liaison"].rows == (66,)
    assert loaded.changes == (Change("hillside", "hospital-visit-liaison", "rows", "[12, 66]", "[66]", "试"),)


def test_a_county_has_all_rules_of_its_city_as_it_changes_them_and_its_own(city: Path) -> None:
    (city / "rules.yaml").write_text("drops: {weekly-greeting: 没有社区工作者}")
    words = "roles: {fisher: {zh: 渔业队长, party: community}}"
    of_call = "overrides: {monthly-call: {reason: 出海, on_death: keep}}\n"
    county(city, "seaside", "海滨县", words, TIDE_VISIT + of_call)
    county(city, "inland", "内陆县", rules="drops: {monthly-call: 试}")
    county(city, "quiet", "平安县")

    policy, changes = (loaded := load_with_changes(city)).policy, loaded.changes

    seaside, inland = policy.counties["海滨县"], policy.counties["内陆县"]
    assert policy.counties.keys() == {"海滨县", "内陆县"}
    assert seaside.keys() == policy.rules.keys() | {"tide-visit"}
    assert inland.keys() == policy.rules.keys() - {"monthly-call"}
    assert (seaside["monthly-call"].on_death, policy.rules["monthly-call"].on_death) == (
        OnDeath.KEEP,
        OnDeath.SUPERSEDE,
    )
    assert [rung.role for rung in seaside["tide-visit"].ladder] == ["bureau-officer"]
    assert policy.zh("roles", "fisher") == "渔业队长"
    assert [(change.layer, change.rule) for change in changes] == [
        ("hillside", "weekly-greeting"), ("内陆县", "monthly-call"), ("海滨县", "monthly-call")
    ]  # fmt: skip


def test_the_version_is_that_of_every_layer_and_of_the_calendar(city: Path) -> None:
    versions = {load(city).version}
    (city / "rules.yaml").write_text(HOUR)
    versions.add(load(city).version)
    spoil(city.parent / "shuangta", "rules.yaml", "window: {due: 24h}", "window: {due: 25h}")
    versions.add(load(city).version)
    seaside = county(city, "seaside", "海滨县", rules=TIDE_VISIT.replace("fisher", "community-worker"))
    versions.add(load(city).version)
    spoil(seaside, "rules.yaml", "due: 1d", "due: 2d")
    versions.add(load(city).version)
    spoil(seaside, "pack.yaml", "海滨县", "海角县")
    versions.add(load(city).version)
    (city.parent / "calendar.yaml").write_text("occasions: {tides: {zh: 观潮, days: lunar 08-18}}")
    versions.add(load(city).version)

    assert len(versions) == 7


def test_a_mistake_is_told_in_the_layer_that_made_it(city: Path) -> None:
    (city / "rules.yaml").write_text(HOUR.replace("strength: phone", "strength: telepathy"))
    spoil(city.parent / "shuangta", "rules.yaml", "kind: phone", "kind: fax")
    spoil(city, "pack.yaml", "extends: ../shuangta", "extends: ../shuangta\nroles: {ranger: {zh: 护林员, party: army}}")
    county(
        city,
        "seaside",
        "海滨县",
        "note: 海",
        "drops: {monthly-call: 出海}\noverrides: {death-family-visit: {reason: }}",
    )

    call = 1 + (city.parent / "shuangta" / "rules.yaml").read_text()[:-1].split("kind: fax")[0].count("\n")
    assert mistakes(city) == [
        ("hillside/pack.yaml", 7, None, "未知的一方“army”"),
        ("hillside/rules.yaml", 3, "hardship-visit", "未知的联系强度“telepathy”"),
        ("shuangta/rules.yaml", call, "monthly-call", "未知的事项类别“fax”"),
        ("hillside/counties/seaside/rules.yaml", 2, "death-family-visit", "改动要写明理由（reason）"),
    ]  # fmt: skip


def test_a_county_has_no_messages(city: Path) -> None:
    (county(city, "seaside", "海滨县") / "messages.yaml").write_text("signature: 海")

    zh = "县（市、区）一层没有短信：请写在市一层的 messages.yaml"
    assert mistakes(city) == [("hillside/counties/seaside/pack.yaml", 1, None, zh)]


def test_two_layers_of_one_county_are_one_too_many(city: Path) -> None:
    county(city, "inland", "内陆县")
    county(city, "seaside", "内陆县")

    inland = city / "counties" / "inland" / "pack.yaml"
    assert mistakes(city) == [("hillside/counties/seaside/pack.yaml", 1, None, f"内陆县已在 {inland}:1")]
