"""How the changes of a person are written down: what the registry itself says of them after the enrolment."""

from collections.abc import Mapping

from contracts import registry
from contracts.event import Event
from services.registry.domain.telling import Telling


def _fields(of: str, at: tuple[str, ...], *fields: str) -> tuple[Telling, ...]:
    """A line for each field, under the name that it has from the enrolment on: the latest is the field's value."""
    return tuple(Telling(f"person.{f.replace('_', '-')}", (of,), at, (f,), among="fields") for f in fields)


OF_PEOPLE: Mapping[type[Event], tuple[Telling, ...]] = {
    registry.PersonClassed: (
        *_fields("change_id", ("happened_on", "classed_at"), "kind", "category", "rank"),
        Telling("class.changed", ("change_id",), ("happened_on", "classed_at"), ("reason",)),
    ),
    registry.PersonCorrected: (
        *_fields(
            "correction_id",
            ("since",),
            "name",
            "resident_id",
            "birth_date",
            "phones",
            "community_id",
            "rank",
            "political_status",
        ),
        Telling("person.corrected", ("correction_id",), ("corrected_at",), ("fields", "reason")),
    ),
    registry.FieldRecorded: (
        Telling(
            "field.recorded", ("record_id",), ("as_of", "recorded_at"), ("field", "value", "clinical", "learned_from")
        ),
    ),
    registry.PlanAdopted: (
        Telling("plan.adopted", ("plan_id",), ("adopted_at",), ("version", "adopted_by", "next_review")),
    ),
    registry.SurveyAnswered: (Telling("survey.answered", ("answer_id",), ("answered_at",), ("round", "form")),),
    registry.FilesMerged: (
        Telling("files.merged", ("merge_id",), ("merged_at",), ("merge_id", "merged_id", "reason")),
    ),
    registry.FilesParted: (
        Telling("files.parted", ("merge_id",), ("parted_at",), ("merge_id", "merged_id", "reason")),
    ),
    registry.PeopleToldApart: (
        Telling("people.told-apart", ("distinction_id",), ("told_apart_at",), ("other_id", "reason")),
    ),
    registry.SituationBegan: (
        Telling("situation.began", ("situation_id",), ("began_on", "reported_at"), ("situation", "began_on")),
    ),
    registry.SituationEnded: (
        Telling("situation.ended", ("situation_id",), ("ended_on", "reported_at"), ("situation", "ended_on")),
    ),
    registry.WishStated: (
        Telling("wish.stated", ("wish_id",), ("stated_at",), ("wish", "words", "hours", "ask_first.role")),
    ),
    registry.WishWithdrawn: (Telling("wish.withdrawn", ("wish_id",), ("withdrawn_at",), ("wish",)),),
    registry.AbsenceReported: (
        Telling("absence.reported", ("absence_id",), ("from_at",), ("absence", "from_at", "until_at")),
    ),
    registry.AbsenceEnded: (Telling("absence.ended", ("absence_id",), ("ended_at",), ("ended_at", "reason")),),
    registry.SurvivorLinked: (Telling("person.survivor-of", ("link_id",), ("linked_at",), ("survivor_of",)),),
    registry.SurvivorKnown: (Telling("survivor.known", ("survivor_id",), ("known_at",), ("survivor_id",)),),
    registry.CareEnded: (Telling("care.ended", ("end_id", "ended_at"), ("ended_at",), ("why", "into")),),
    registry.CareResumed: (
        Telling("care.resumed", ("end_id", "resumed_at"), ("resumed_at",), ("end_id", "why", "reason")),
    ),
}
