"""How states are kept and found: a person is decided about beside the units that their card shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bus.database import Connection
from bus.store import Store
from contracts.ids import UnitId
from services.registry import tables
from services.registry.domain import Deputies, Group, Person, Roster, Unit
from services.registry.domain.directory import Directory
from services.registry.domain.openings import Opening
from services.registry.domain.surveys import SurveyRound

unit_store = Store(
    Unit, tables.units, appointments=tables.appointments, entries=tables.unit_entries, appended=["entries"]
)
deputies_store = Store(Deputies, tables.deputies, away=tables.away)
group_store = Store(Group, tables.groups, links=tables.links)
round_store = Store(SurveyRound, tables.survey_rounds)
opening_store = Store(Opening, tables.openings)
directory_store = Store(Directory, tables.directories)

TOGETHER = timedelta(milliseconds=1)
"""Clocks of two states cannot be compared closer: one ticks with each decision of an instant."""

_ASKED = "SELECT unit_id, community_id FROM people WHERE person_id = ANY($1)"
_NEEDED = """
WITH RECURSIVE asked AS ({asked}), needed(unit_id) AS (
  SELECT u.unit_id FROM units u WHERE EXISTS (SELECT FROM asked a WHERE a.unit_id IS NULL)
  UNION SELECT unnest(ARRAY[a.unit_id, a.community_id]) FROM asked a
  UNION SELECT next.unit_id FROM needed n JOIN units u ON u.unit_id = n.unit_id,
    LATERAL (SELECT u.reports_to UNION ALL SELECT jsonb_array_elements_text(u.became)::uuid {above}) AS next(unit_id)
) SELECT unit_id FROM needed WHERE unit_id IS NOT NULL
"""
_UNITS_NEEDED = unit_store.selecting(f"IN ({_NEEDED.format(asked=_ASKED, above='')})")
_LEFT_UNITS = """
UNION ALL SELECT from_unit_id, NULL FROM transfers WHERE person_id = ANY($1)
UNION ALL SELECT jsonb_array_elements_text(communities_left)::uuid, NULL FROM people WHERE person_id = ANY($1)
"""
_ONCE_ABOVE = "UNION ALL SELECT e.reports_to FROM unit_entries e WHERE e.unit_id = u.unit_id"
_UNITS_EVER_NEEDED = unit_store.selecting(
    f"IN ({_NEEDED.format(asked=f'{_ASKED} {_LEFT_UNITS}', above=_ONCE_ABOVE)})", whole=True
)
_DEPUTIES_NEEDED = deputies_store.selecting("""IN (
  WITH RECURSIVE needed(holder_id) AS (
    SELECT DISTINCT jsonb_array_elements_text(on_card)::uuid FROM people WHERE person_id = ANY($1)
    UNION SELECT a.deputy_id FROM needed JOIN away a USING (holder_id)
  ) SELECT holder_id FROM needed
)""")
_DESTINATIONS = "SELECT person_id, lineage_id, unit_id FROM destinations WHERE person_id = ANY($1)"
_LEFT = """
SELECT d.roster_id, d.lineage_id, max(t.transferred_at) AS left_at FROM lineages l
JOIN destinations d ON d.roster_id = l.roster_id AND d.lineage_id = l.lineage_id
JOIN people p ON p.person_id = d.person_id AND NOT l.unit_ids ? p.unit_id::text
JOIN transfers t ON t.person_id = d.person_id AND l.unit_ids ? t.from_unit_id::text
WHERE l.roster_id = ANY($1) GROUP BY d.roster_id, d.lineage_id, d.person_id
"""


class PersonStore(Store[Person]):
    """People are decided about beside the units that their cards show, the heirs of those that have ended, and the deputies."""

    def __init__(self) -> None:
        super().__init__(
            Person, tables.people, assignments=tables.assignments, transfers=tables.transfers, members=tables.members,
            agreements=tables.agreements, ties=tables.ties, vacancies=tables.vacancies, deaths=tables.deaths,
            reports=tables.reports, situations=tables.situations, wishes=tables.wishes, absences=tables.absences,
            care_ends=tables.care_ends, distinctions=tables.distinctions, plans=tables.plans,
            lines=tables.file_lines,
            keys=tables.search_keys, answers=tables.survey_answers,
            appended=["lines", "answers", "keys", "distinctions"],
        )  # fmt: skip

    async def context(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """The units of these people and all above them; for somebody who is not enrolled yet all units, as any may be named.

        Nothing is locked, for an appointment must not wait for a ward full of admissions. A unit that changes after this was
        read restates the cards below it: its fan-out finds each person by `unit_path`, and waits for the root that is locked
        here. It cannot find one whose path is not committed yet; therefore a card under a new path `settles`: it is stated
        once more after the commit, and reads the units again. It is the same with who goes away, and `on_card`.
        """
        return await self._beside(tx, keys, await unit_store.states(tx, keys, _UNITS_NEEDED))

    async def context_ever(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """With the units and communities that they have left, and those above which have changed."""
        return await self._beside(tx, keys, await unit_store.states(tx, keys, _UNITS_EVER_NEEDED))

    def as_of(self, state: Person, context: Mapping[str, Any], clock: datetime) -> Mapping[str, Any]:
        """The units as they were. Who is away is judged by when it was said, wherever it is asked."""
        units: Mapping[UnitId, Unit] = context["units"]
        then: dict[UnitId, Unit] = {}
        asked = [state.unit_id, state.community_id] if state.unit_id is not None else list(units)
        while asked:
            unit_id = asked.pop()
            if unit_id is not None and unit_id not in then and unit_id in units:
                unit = then[unit_id] = units[unit_id].as_of(clock + TOGETHER)
                asked += [unit.reports_to, *unit.became]
        return {**context, "units": then}

    async def _beside(
        self, tx: Connection, keys: Sequence[UUID], found: Mapping[UUID, Unit]
    ) -> Mapping[UUID, Mapping[str, Any]]:
        deputies = await deputies_store.states(tx, keys, _DEPUTIES_NEEDED)
        destinations: dict[UUID, dict[UUID, UnitId]] = defaultdict(dict)
        if any(unit.ended_at is not None for unit in found.values()):
            for row in await tx.fetch(_DESTINATIONS, keys):
                destinations[row["person_id"]][row["lineage_id"]] = row["unit_id"]
        return {key: {"units": found, "deputies": deputies, "destinations": destinations.get(key, {})} for key in keys}


class RosterStore(Store[Roster]):
    """What became of units is judged by when their people left them, as the people's own tables tell."""

    def __init__(self) -> None:
        super().__init__(
            Roster,
            tables.rosters,
            lineages=tables.lineages,
            destinations=tables.destinations,
            appended=["destinations"],
        )

    async def context(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        left: dict[UUID, dict[UUID, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for row in await tx.fetch(_LEFT, keys):
            left[row["roster_id"]][row["lineage_id"]].append(row["left_at"])
        return {key: {"left": of_city} for key, of_city in left.items()}

    def as_of(self, state: Roster, context: Mapping[str, Any], clock: datetime) -> Mapping[str, Any]:
        """Who had left by then."""
        left = context.get("left", {})
        return {"left": {lineage_id: [at for at in times if at <= clock] for lineage_id, times in left.items()}}
