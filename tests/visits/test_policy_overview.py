"""Who gets what, on one screen: by category and party what comes round, by event and party what follows."""

from pathlib import Path

from services.visits.domain.causes import EVENTS
from services.visits.domain.rules import Every
from services.visits.policy import load_with_changes
from services.visits.policy.overview import EVENTS as EVENTS_ZH
from services.visits.policy.overview import EVERY, Grid, following, recurring
from tests.visits.packs import SHUANGTA, add


def test_the_shipped_pack_on_one_screen() -> None:
    loaded = load_with_changes(SHUANGTA)

    assert recurring(loaded) == Grid(
        ("定期", "老干部局", "社区"),
        (
            ("亲属同住", "每月电话", "—"),
            ("空巢独居", "每月电话", "每周问候"),
            ("常驻机构", "每月电话", "—"),
            ("易地安置", "每月电话", "—"),
        ),
    )
    assert following(loaded) == Grid(
        ("遇事", "老干部局", "管理单位"),
        (
            ("住院", "走访3天内", "走访24小时内"),
            ("去世", "走访3天内", "—"),
            ("家庭变故", "走访3天内", "—"),
            ("特殊困难", "走访7天内", "—"),
            ("走访结果", "办理12小时内（限 已去世）；办理3天内（限 已搬离、联系方式有误）", "—"),
        ),
    )


def test_of_whom_alone_it_is_owed_stands_in_brackets(pack: Path) -> None:
    of = "{categories: [relocated], kinds: [survivor], situations: [hardship], age_from: 90}"
    add(
        pack,
        name="a",
        who=of,
        when="{event: family-changed, of: [divorce, spouse-died]}",
        window="{opens: 4d, due: 5wd}",
    )
    add(pack, name="b", who=of, when="{festival: spring-festival}", window="{opens: -3d, due: 0d}")
    add(pack, name="c", who=of, when="{without: 90d}")
    add(pack, name="d", who=of, when="{birthday: lunar}", window="{due: 0d}")
    loaded = load_with_changes(pack)

    assert (
        following(loaded).rows[2][1]
        == "走访3天内；走访5个工作日内（遗属，特殊困难，易地安置，90岁起，限 配偶去世、离婚）"
    )
    who = "走访（遗属，特殊困难，90岁起）"
    assert recurring(loaded).rows[3][1] == f"每月电话；春节{who}；90天未联系即{who}；农历生日{who}"
    assert recurring(loaded).rows[2][1] == "每月电话"


def test_every_event_and_period_has_a_name() -> None:
    assert EVENTS_ZH.keys() == EVENTS.keys()
    assert EVERY.keys() == set(Every)
