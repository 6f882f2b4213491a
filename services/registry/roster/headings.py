"""The columns of a roster: what each is called, what else it is called in practice, and what is to be written in it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

LOOKED_THROUGH = 10
"""The headings stand in one of so many first rows: a title, a unit, a date may stand above them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column. `also`: synonyms that rosters use. `personal`: what is shown of its values is masked."""

    field: str
    zh: str
    also: tuple[str, ...] = ()
    needed: bool = False
    personal: bool = False
    how: str = ""
    example: str = ""


HEADINGS: tuple[Heading, ...] = (
    Heading(
        "name", "姓名", ("名字", "人员姓名", "老干部姓名"), needed=True, personal=True, how="全名", example="张三测"
    ),
    Heading(
        "resident_id",
        "身份证号",
        (
            "身份证",
            "身份证号码",
            "公民身份号码",
            "公民身份证号",
            "公民身份证号码",
            "居民身份证号",
            "居民身份证号码",
            "身份号码",
            "证件号码",
        ),
        needed=True,
        personal=True,
        how="18 位，或 15 位旧号；此栏须为文本格式",
        example="990101193805120013",
    ),
    Heading(
        "birth_date",
        "出生日期",
        ("出生年月日", "出生年月", "出生时间", "生日"),
        how="可不填；填写则须与身份证号相符，可只写到月",
        example="1938-05-12",
        personal=True,
    ),
    Heading(
        "phones",
        "联系电话",
        ("电话", "电话号码", "手机", "手机号", "手机号码", "联系方式", "本人电话"),
        personal=True,
        how="几个电话之间用顿号",
        example="19900001234",
    ),
    Heading(
        "unit",
        "单位",
        ("管理单位", "单位名称", "工作单位", "所在单位", "原单位", "原工作单位", "管理（原）单位"),
        needed=True,
        how="与本系统登记的单位名称一致",
        example="双塔市水利局",
    ),
    Heading(
        "kind",
        "类别",
        ("人员类别", "干部类别", "老干部类别", "人员性质"),
        needed=True,
        how="离休干部、退休干部、遗属等，按本市用语；也可写开头几个字",
        example="离休干部",
    ),
    Heading(
        "category",
        "居住类别",
        ("居住情况", "居住状况", "居住类型", "四类"),
        needed=True,
        how="亲属同住、空巢独居、常驻机构、易地安置等，按本市用语",
        example="空巢独居",
    ),
    Heading("rank", "职级", ("级别", "职务级别"), how="按本市用语"),
    Heading("political_status", "政治面貌", ("政治身份", "党派"), how="按本市用语"),
    Heading(
        "community",
        "社区",
        ("所在社区", "居住社区", "社区（机构）", "社区（村）", "机构", "养老机构"),
        how="与本系统登记的社区（机构）名称一致",
        example="巷子社区",
    ),
    Heading("city", "市", ("所在市", "地市"), how="不填则同单位"),
    Heading("county", "县（市、区）", ("县", "区", "县区", "区县", "县市区", "所在县", "所在县区"), how="不填则同单位"),
    Heading(
        "liaison_name",
        "在职联络员",
        ("联络员", "联络员姓名", "在职联络员姓名"),
        personal=True,
        how="与联络员电话同时填写；不填则空缺",
        example="李四试",
    ),
    Heading(
        "liaison_phone",
        "联络员电话",
        ("联络员手机", "联络员手机号", "联络员联系电话", "在职联络员电话"),
        personal=True,
        example="19900005678",
    ),
    Heading(
        "deceased",
        "逝者身份证号",
        ("已故干部身份证号", "已故老干部身份证号", "逝者身份证号码"),
        personal=True,
        how="遗属填写：因谁去世而登记；逝者须已登记去世",
    ),
)
IGNORED: tuple[str, ...] = ("序号", "编号", "备注", "性别", "年龄", "民族", "状态")
"""Columns that rosters have and that nothing is taken from."""

BY_FIELD: Mapping[str, Heading] = {heading.field: heading for heading in HEADINGS}


def squeezed(text: str) -> str:
    """One spelling of a heading or of a name of a unit: widths and spaces aside."""
    return "".join(unicodedata.normalize("NFKC", text).split())


_DECORATED = re.compile(r"[*:]|\((必填|选填)\)")


def spelled(text: str) -> str:
    """A heading without the marks that forms put on it."""
    return _DECORATED.sub("", squeezed(text))


def _spellings() -> Iterator[tuple[str, Heading]]:
    for heading in HEADINGS:
        for written in (heading.zh, *heading.also):
            yield spelled(written), heading


KNOWN: Mapping[str, Heading] = dict(_spellings())


def heading_of(text: str) -> Heading | None:
    return KNOWN.get(spelled(text))


def nearest(text: str) -> Heading | None:
    """What an unknown heading may have been meant as: it is said, and not acted upon."""
    found = get_close_matches(spelled(text), KNOWN, n=1, cutoff=0.7)
    return KNOWN[found[0]] if found else None


def letter(column: int) -> str:
    """A spreadsheet's own name of a column, counted from 0."""
    before, at = divmod(column, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + at)
