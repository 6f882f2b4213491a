"""Group link (row 10): groups within their limits, and the people who are told of theirs."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, FanOut, Request
from services.registry.decisions.states import group, person, stated, weighed, who
from services.registry.domain import Group, GroupTie, Link, Person, ties
from services.registry.domain import group as groups
from services.registry.requests import Recorded
from services.registry.requests.groups import FormGroup, LinkPerson, NoteGone, NoteGroup, NoteNoGroup, UnlinkPerson


@group.asked(FormGroup)
def form_group(state: Group, request: FormGroup, now: datetime) -> Decision[Group]:
    """The people of a group whose officer has changed are told."""
    after = groups.form(
        state, name=request.name, unit_id=request.unit_id, city=request.city, county=request.county,
        least=request.least, most=request.most, staff=request.staff,
    )  # fmt: skip
    note = _note(after, request.entry_id, request, now)
    people = FanOut(of="person", column="group_id", value=after.group_id, request=note)
    return Decision(after, answer=Recorded(id=request.entry_id, recorded_at=now), fan_out=(people,))


@group.asked(LinkPerson)
def link_person(state: Group, request: LinkPerson, now: datetime) -> Decision[Group]:
    after = groups.link(state, Link(request.link_id, request.person_id, linked_at=now))
    answer = Recorded(id=request.link_id, recorded_at=now)
    if after is state:
        return Decision(state, answer=answer)
    note = _note(after, request.link_id, request, now)
    them = FanOut(of="person", column="person_id", value=request.person_id, request=note)
    return Decision(after, answer=answer, fan_out=(them,))


@group.asked(UnlinkPerson)
def unlink_person(state: Group, request: UnlinkPerson, now: datetime) -> Decision[Group]:
    after = groups.unlink(state, request.person_id, now)
    note = NoteNoGroup(
        note_id=request.unlink_id, group_id=state.group_id, reason=request.reason, said_at=now, by=request.by
    )
    them = FanOut(of="person", column="person_id", value=request.person_id, request=note)
    return Decision(after, answer=Recorded(id=request.unlink_id, recorded_at=now), fan_out=(them,))


@group.asked(NoteGone)
def note_gone(state: Group, request: NoteGone, now: datetime) -> Decision[Group]:
    return Decision(groups.weigh(state, request.person_id, request.gone, request.said_at))


@person.asked(NoteGroup)
@weighed
def note_group(state: Person, request: NoteGroup, now: datetime) -> Decision[Person]:
    tie = GroupTie(request.group_id, linked=True, said_at=request.said_at)
    after, said = ties.linked(state, tie, request.group_name, request.officer, now)
    return stated(after, said, now, who(request)) if said else Decision(after)


@person.asked(NoteNoGroup)
def note_no_group(state: Person, request: NoteNoGroup, now: datetime) -> Decision[Person]:
    tie = GroupTie(request.group_id, linked=False, said_at=request.said_at)
    after, said = ties.unlinked(state, tie, request.reason, now)
    return stated(after, said, now, who(request)) if said else Decision(after)


def _note(of: Group, note_id: UUID, request: Request, now: datetime) -> NoteGroup:
    return NoteGroup(
        note_id=note_id, group_id=of.group_id, group_name=of.name, officer=of.staff[0], said_at=now, by=request.by
    )
