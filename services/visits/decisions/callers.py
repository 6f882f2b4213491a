"""Who asks: every act is somebody's, and within their reach."""

from bus.decisions import Caller, Rejected
from contracts.ids import HolderId
from services.visits.domain import Care


def person_of(by: Caller | None) -> str:
    if by is None:
        raise Rejected("nobody", "不知道是谁办的", "by", status=401)
    return by.person


def holder_of(by: Caller | None) -> tuple[HolderId, Caller]:
    """Who acts, by the id under which cards name them."""
    person_of(by)
    assert by is not None
    if by.holder is None:
        raise Rejected("holder-unnamed", "令牌中的人员编号不是 UUID", "by", status=403)
    return HolderId(by.holder), by


def holder_for(state: Care, by: Caller | None) -> tuple[HolderId, str, str]:
    """Who acts, in which role, for which party; everybody acts within their reach only."""
    holder, by = holder_of(by)
    party = state.policy.role_party.get(by.role)
    if party is None:
        raise Rejected("role-unknown", f"角色 {by.role} 不在政策之中", "by", status=403)
    if state.kind is not None and not by.acts_in(state.county, state.unit_id, state.community_id, held=state.held):
        raise Rejected("out-of-reach", by.beyond, "person_id", status=403)
    return holder, by.role, party
