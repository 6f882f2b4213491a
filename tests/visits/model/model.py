"""What must be owed to one person, said as simply as it can be: nothing is remembered but what was heard and was owed.

It shares nothing with the engine but the words of a policy. It is told each fact at its hour; what the hours between have
brought it works out when it is asked. Where the specification is silent it takes the engine's choices:
- a contact discharges what is owed when it is recorded, never what is only heard of later (the safe side: asked twice);
- what takes the place of something older has its age for good, also when the older one's cause proves false.
"""

from datetime import datetime, timedelta
from uuid import UUID

from services.visits.domain.rules import Means, Stack
from tests.visits.model.fact import NEVER, Made
from tests.visits.model.owed import Owed, means_now
from tests.visits.model.raising import Raising

FIVE_WEEKS = timedelta(weeks=5)


class Model(Raising):
    """One person's life, what it must bring, and what people do about it."""

    def nobody_can_be_met(self, kind: str, made: datetime, now: datetime) -> bool:
        """They are registered as dead, and nothing that is owed asks for such a contact."""
        death = self.heard.death
        if death is None or made < (self.heard.facts[death].reported or made):
            return False
        kinds = [means_now(one, self.heard.instead(now)).kind for one in self.open]
        return not any(kind in self.heard.policy.fulfilled_by[each] for each in kinds)

    def record(self, made: Made) -> None:
        """What opened until now opens first; what is overdue is missed last."""
        self.raise_(made.recorded)
        instead = self.heard.instead(made.recorded)
        for one in self.open:
            if self._does(one, means := means_now(one, instead), made):
                one.done_by, one.done_at, one.means = made.id, made.recorded, means
            elif made.made < one.counts_from:
                self._record_late(one, made)
        self.heard.contacts[made.id] = made
        self.heard.changed()
        self.look(made.recorded)

    def _record_late(self, heir: Owed, made: Made) -> None:
        """It did what this one has taken the place of: what is left is as old as what came after that, and nobody knows of it."""
        taken = [one for one in self.of_rule[heir.rule.name] if not one.ended and _leads_to(one, heir)]
        taken = [one for one in taken if not _is_long_ago(one, heir)]
        causes = self.heard.causes
        was_open = [
            one
            for one in taken
            if one.counts_from <= made.made
            and not self._slept_through(one)
            and (one.cause is None or one.cause in causes)
        ]
        if not was_open or not self._does(was_open[-1], was_open[-1].means, made):
            return
        did = was_open[-1]
        did.done_by, did.done_at = made.id, made.recorded
        did.heir = None
        did.missed, did.rung, did.answering, did.said = heir.missed, heir.rung, heir.answering, heir.said
        after = [*taken[taken.index(did) + 1 :], heir]
        due = after[0].own_due
        for one in after:
            due = min(due, one.own_due)
            one.due, one.missed, one.rung, one.answering, one.said = due, False, 0, one.rule.role, None
        heir.anew_at = made.recorded
        self.undone = list(self.all)

    def _slept_through(self, one: Owed) -> bool:
        """It and what came after it were raised in one instant: the engine has never owed it by itself."""
        return one.cause is None and one.heir is not None and one.heir.raised == one.raised

    def strike(self, id_: UUID, now: datetime) -> None:
        """It never was: another that would have done it does it, or it is owed again, with what took its place meanwhile."""
        del self.heard.contacts[id_]
        self.heard.changed()
        for one in [one for one in self.all if one.done_by == id_]:
            one.done_by = one.done_at = None
            newer = self._next(one)
            until = newer.raised if newer is not None else now
            at_last = min(
                (at for each in self._after(one) for at in [each.done_at or each.waived_at] if at), default=now
            )
            others = [
                made
                for made in self.heard.contacts.values()
                if one.raised <= made.recorded < until
                or (newer is not None and until <= made.recorded < at_last and made.made < newer.counts_from)
            ]
            if other := next((made for made in others if self._does(one, one.means, made)), None):
                one.done_by, one.done_at = other.id, now
            elif newer is not None:
                one.taken_at = now
                self._hand_down(one, newer)
        self.undone = list(self.all)
        self.look(now)

    def _next(self, one: Owed) -> Owed | None:
        """What would have taken its place, had it not been done."""
        return next(iter(self._after(one)), None)

    def _after(self, one: Owed) -> list[Owed]:
        """What would have come after it, one in the place of the other; of what was raised in error, nothing."""
        of_rule, causes = self.of_rule[one.rule.name], self.heard.causes
        if one.cause is not None and one.cause not in causes:
            return []
        after = of_rule[of_rule.index(one) + 1 :]
        return [
            each
            for each in after
            if each.rule.stack is Stack.SUPERSEDE and (each.cause is None or each.cause in causes)
        ]

    def _hand_down(self, older: Owed, newer: Owed) -> None:
        self._take_place(older, newer)
        heir = newer.heir
        if newer.left_at is not None and newer.due <= newer.left_at:
            newer.left_at = (
                None  # it was overdue when they left, as it turns out: it was owed until the next of its rule
            )
            heir = heir or self._next(newer)
        if heir is not None:
            self._hand_down(newer, heir)

    def waive(self, one: Owed, now: datetime) -> None:
        one.waived_at = now
        of_cause = [each for each in self.all if one.cause is not None and each.cause == one.cause]
        if one.cause is not None and one.cause.kind == "silence" and all(each.waived_at for each in of_cause):
            self.heard.let_go[one.cause.id] = now
            self.heard.changed()
        self.look(now)

    def knows(self, one: Owed, role: str, at: datetime, now: datetime) -> None:
        if role == one.answering and one.said is None:
            one.said = "known", at + self.heard.policy.acknowledgement_holds
        self.look(now)

    def cannot(self, one: Owed, role: str, now: datetime) -> None:
        if role == one.answering:
            one.said = "cannot", now
        self.look(now)

    def _does(self, one: Owed, means: Means, made: Made) -> bool:
        tried = self.heard.tried if one.cause is not None and one.cause.kind == "silence" else NEVER
        return made.made >= max(one.counts_from, tried) and self.heard.would_do(one.rule, means, made)


def _is_long_ago(one: Owed, heir: Owed) -> bool:
    """Its place was taken so long before the present one was opened that nobody writes down any more what was done for it."""
    return one.taken_at is not None and (heir.anew_at or heir.raised) - one.taken_at > FIVE_WEEKS


def _leads_to(one: Owed, heir: Owed) -> bool:
    while one.heir is not None:
        one = one.heir
        if one is heir:
            return True
    return False
