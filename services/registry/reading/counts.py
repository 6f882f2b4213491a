"""How many people there are (row 01): each figure is counted once, and every way of dividing them comes to the same sum."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.now import NOW
from bus.pack import Words
from contracts.zone import CITY
from services.registry.domain.care import MERGED
from services.registry.reading import WITHIN


class Count(BaseModel):
    """Of those whom one way of dividing puts together: how many are under care, and who were."""

    by: str
    code: str
    zh: str
    people: int
    dead: int
    left: int


class Counts(BaseModel):
    people: int
    """Living, and under care."""
    dead: int
    left: int
    """Whose care has ended, and who is not dead."""
    counts: list[Count]


_TODAY = f"({NOW} AT TIME ZONE '{CITY}')::date"
_COUNTED = f"""
WITH counted AS (
  SELECT p.county, p.unit_id, p.kind, p.category, u.name AS unit, u.nature, p.political_status,
    extract(year FROM {_TODAY})::int - p.birth_year - (p.birthday > to_char({_TODAY}, 'MM-DD'))::int AS age,
    EXISTS (SELECT FROM deaths d WHERE d.person_id = p.person_id AND d.retracted_at IS NULL) AS dead,
    EXISTS (SELECT FROM care_ends c WHERE c.person_id = p.person_id AND c.resumed_at IS NULL) AS has_left
  FROM people p LEFT JOIN units u USING (unit_id)
  WHERE p.enrolled_at IS NOT NULL AND {WITHIN}
    AND NOT EXISTS (SELECT FROM care_ends c WHERE c.person_id = p.person_id AND c.resumed_at IS NULL
      AND c.why IN ('{MERGED}', 'enrolled-in-error'))
)
SELECT county, unit_id::text AS unit, unit AS unit_zh, kind, category, CASE WHEN age >= 90 THEN '90+' WHEN age >= 80 THEN '80-89'
    WHEN age IS NOT NULL THEN '80-' ELSE '' END AS age,
  coalesce(nature, '') AS nature, coalesce(political_status, '') AS political_status,
  count(*) FILTER (WHERE NOT dead AND NOT has_left) AS people, count(*) FILTER (WHERE dead) AS dead,
  count(*) FILTER (WHERE has_left AND NOT dead) AS left
FROM counted GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 3, 2, 4, 5, 6 DESC, 7, 8
"""
"""Files that were merged or begun in error are nobody's."""
_AGES: Mapping[str, str] = {"90+": "90岁及以上", "80-89": "80至89岁", "80-": "80岁以下"}
DIVIDED: Mapping[str, str] = {
    "county": "县（市、区）",
    "unit": "单位",
    "kind": "人员类别",
    "category": "居住类别",
    "age": "年龄",
    "nature": "单位性质",
    "political_status": "政治面貌",
}
"""The ways of dividing all people."""
_SECTIONS: Mapping[str, str] = {
    "kind": "person_kinds", "category": "categories", "nature": "natures", "political_status": "political_statuses",
}  # fmt: skip
NOT_SAID = "不详"
_FIGURES = ("people", "dead", "left")


async def counts_of(tables: Connection, city: Words, within: Bounds) -> Counts:
    """Of those within these bounds."""
    rows = await tables.fetch(_COUNTED, *within)
    counts = [count for by in DIVIDED for count in _divided(by, rows, city)]
    return Counts(**_summed(rows), counts=counts)


def _divided(by: str, rows: Iterable[Any], city: Words) -> Iterator[Count]:
    parts: dict[str, list[Any]] = {}
    for row in rows:
        parts.setdefault(row[by], []).append(row)
    for code, of_part in parts.items():
        yield Count(by=by, code=code, zh=_called(by, code, of_part[0], city), **_summed(of_part))


def _called(by: str, code: str, row: Any, city: Words) -> str:
    if not code:
        return NOT_SAID
    if by in _SECTIONS:
        return city.called(_SECTIONS[by], code)
    return {"unit": row["unit_zh"] or code, "age": _AGES.get(code, code)}.get(by, code)


def _summed(rows: Iterable[Any]) -> dict[str, int]:
    whole = list(rows)
    return {figure: sum(row[figure] for row in whole) for figure in _FIGURES}
