"""How a rule of the field says no: the reason, and the field that it concerns."""


class Refused(Exception):
    """Never retry: put it where a human sees it. `reason` is Chinese, for people; `rule` is a stable name for programs."""

    def __init__(self, rule: str, reason: str, field: str) -> None:
        super().__init__(rule, reason, field)
        self.rule, self.reason, self.field = rule, reason, field

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason} ({self.field})"
