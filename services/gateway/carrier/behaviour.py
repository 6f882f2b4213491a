"""What the simulated carrier does with a number: its last three digits name the outcome, so that every test can be read."""

from dataclasses import dataclass

from services.gateway.pdu import Status

DELIVERED = ("DELIVRD",)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a submission is answered, and what comes back for it."""

    status: Status = Status.OK
    refusals: int | None = None
    """So often is a number refused before it is taken; None = always."""
    held: bool = False
    """Taken, but answered only much later."""
    receipts: tuple[str, ...] = DELIVERED
    reply: str | None = None

    def status_after(self, refused_before: int) -> Status:
        return Status.OK if self.refusals is not None and refused_before >= self.refusals else self.status


BY_LAST_DIGITS = {
    "404": Behaviour(status=Status.INVALID_DESTINATION),
    "588": Behaviour(status=Status.THROTTLED, refusals=2),
    "500": Behaviour(status=Status.SYSTEM_ERROR),
    "060": Behaviour(held=True),
    "111": Behaviour(receipts=()),
    "222": Behaviour(receipts=("UNDELIV",)),
    "333": Behaviour(receipts=("EXPIRED",)),
    "777": Behaviour(receipts=("DELIVRD", "DELIVRD", "DELIVRD")),
    "999": Behaviour(reply="1"),
    "998": Behaviour(reply="2"),
    "997": Behaviour(reply="3"),
}


def behaviour_of(phone: str) -> Behaviour:
    """Every other number is taken and delivered."""
    return BY_LAST_DIGITS.get(phone[-3:], Behaviour())
