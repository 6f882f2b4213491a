"""What of a birth date stands on the card in clear: the one place at which a city could say that nothing may."""

from datetime import date
from typing import TypedDict


class Born(TypedDict):
    birth_year: int | None
    birthday: str | None


def born(birth_date: date) -> Born:
    """Rules ask for ages and birthdays. The full date is kept sealed."""
    return {"birth_year": birth_date.year, "birthday": f"{birth_date:%m-%d}"}
