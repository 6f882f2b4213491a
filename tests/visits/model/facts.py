"""What was heard of one person, kept as it was heard, and what of it holds."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from services.visits.domain.policy import Instead, Policy
from tests.visits.model.fact import NEVER, Cause, Class, Fact, Made, Raised, happened, in_order, known


@dataclass
class Facts:
    """Every fact of one person."""

    activations: list[tuple[datetime, Policy]]
    classes: list[tuple[datetime, Class]] = field(default_factory=list)
    born: date | None = None
    facts: dict[UUID, Fact] = field(default_factory=dict)
    wishes: tuple[str, ...] = ()
    held: frozenset[str] | None = None
    contacts: dict[UUID, Made] = field(default_factory=dict)
    let_go: dict[UUID, datetime] = field(default_factory=dict)
    """Silences of which all that was owed was waived, and when the last of it was."""

    def changed(self) -> None:
        """What was worked out is worked out anew."""
        for name in vars(self).keys() - self.__dataclass_fields__.keys():
            delattr(self, name)

    @cached_property
    def policy(self) -> Policy:
        return self.activations[-1][1]

    @cached_property
    def county(self) -> str:
        return self.classes[-1][1].county

    @cached_property
    def standing(self) -> dict[str, list[Fact]]:
        """The facts that stand, by their kind, in the order in which they became known."""
        found: dict[str, list[Fact]] = {}
        for fact in sorted((fact for fact in self.facts.values() if fact.stands), key=in_order):
            found.setdefault(fact.kind, []).append(fact)
        return found

    def of(self, kind: str) -> list[Fact]:
        return self.standing.get(kind, [])

    @cached_property
    def in_ward(self) -> list[Fact]:
        return [stay for stay in self.of("stay") if stay.out is None]

    @cached_property
    def death(self) -> UUID | None:
        """The report with which the present death began: back from the first that stands to each that still stood then."""
        reports = [fact for fact in self.facts.values() if fact.kind == "death" and fact.reported is not None]
        reports.sort(key=lambda report: (report.reported, str(report.id)))
        standing = [report for report in reports if report.taken_back is None]
        if not standing:
            return None
        first = standing[0]
        for report in reversed(reports[: reports.index(first)]):
            assert report.taken_back is not None and first.reported is not None
            if report.taken_back >= first.reported:
                first = report
        return first.id

    @cached_property
    def care_is_over(self) -> bool:
        return any(fact.until is None for fact in self.of("care-ended"))

    @cached_property
    def situations(self) -> dict[str, datetime]:
        """Each that holds or will hold by itself, and from when."""
        found: dict[str, datetime] = {}
        for name, lasting in self.policy.situations.items():
            if lasting is not None:
                facts = self.in_ward if lasting.ground == "stay" else self.of(lasting.ground)
                for fact in facts:
                    if fact.until is None:
                        found[name] = min(known(fact) + lasting.after, found.get(name, known(fact) + lasting.after))
        for fact in self.of("situation"):
            if fact.until is None:
                found[fact.what] = min(known(fact), found.get(fact.what, known(fact)))
        return found

    @cached_property
    def causes(self) -> dict[Cause, Raised]:
        """Every cause that stands, in the order in which they became known."""
        found: dict[Cause, Raised] = {}
        for stay in self.of("stay"):
            found[Cause("stay", stay.id)] = Raised(known(stay), happened(stay), stay.out and stay.out.happened)
            if stay.out is not None:
                again = max((back for back in stay.discharges_taken_back if back < stay.out.recorded), default=None)
                first = min(one.known for one in stay.discharges if again is None or again < one.recorded)
                found[Cause("discharge", stay.id, again)] = Raised(first, stay.out.happened)
        for silence in self.silences():
            found[Cause("silence", silence.id)] = Raised(known(silence), happened(silence), silence.until, silence.what)
        for made in self.contacts.values():
            if made.outcome not in self.policy.outcomes_met | self.policy.outcomes_silent:
                found[Cause("outcome", made.id)] = Raised(made.recorded, made.made, None, made.outcome)
        for kind in ("family-change", "hardship", "situation"):
            for fact in self.of(kind):
                found[Cause(kind, fact.id)] = Raised(known(fact), happened(fact), fact.until, fact.what)
        for away in self.of("absence"):
            if away.until is not None:
                found[Cause("absence", away.id)] = Raised(
                    max(away.until, away.until_known or known(away)), away.until, None, away.what
                )
        if (death := self.death) is not None:
            found[Cause("death", death)] = Raised(known(self.facts[death]), happened(self.facts[death]))
        return dict(sorted(found.items(), key=lambda cause: (cause[1].known, cause[0].id)))

    def silences(self) -> list[Fact]:
        """From an attempt that nobody answered, unless one goes on or they were met since, until they are met after the last."""
        found: list[Fact] = []
        met = tried = NEVER
        for contact in sorted(filter(self.reached, self.contacts.values()), key=lambda contact: contact.recorded):
            going_on = [one for one in found if one.until is None]
            if contact.outcome in self.policy.outcomes_silent:
                minded = [one for one in going_on if self.let_go.get(one.id, contact.made) >= contact.made]
                if not minded and contact.made > met:
                    found.append(Fact("silence", contact.id, contact.kind, contact.recorded, contact.made))
                tried = max(tried, contact.made)
            elif contact.outcome in self.policy.outcomes_met:
                if contact.made >= tried:
                    for one in going_on:
                        one.until = contact.made
                met = max(met, contact.made)
        return found

    @cached_property
    def tried(self) -> datetime:
        """When somebody last tried to reach them and nobody answered."""
        in_vain = [one for one in self.contacts.values() if one.outcome in self.policy.outcomes_silent]
        return max((one.made for one in in_vain if self.reached(one)), default=NEVER)

    def reached(self, made: Made) -> bool:
        """The person themselves, seen or heard; or it would have, had they answered."""
        return made.kind in self.policy.kinds_reaching and made.strength in self.policy.strengths_reaching

    def instead(self, now: datetime) -> list[Instead]:
        """By which other means it is owed now: absences first; wishes have the last word."""
        absences = self.policy.absences
        found = [each for each in absences.values() if each.ground == "stay" and self.in_ward]
        found += [
            absences[away.what]
            for away in self.of("absence")
            if away.what in absences and happened(away) <= now and (away.until is None or now < away.until)
        ]
        return found + [self.policy.wishes[wish] for wish in self.wishes if wish in self.policy.wishes]
