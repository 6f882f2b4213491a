"""The short number by which people name a case in an SMS; a city's own gateway must read it in a reply too."""

from uuid import UUID

ALPHABET = "456789BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no word appears by chance; no 0, which is read as a letter; no 1, 2 and 3, which are the answers."""

LENGTH = 4


def case_code(case_id: UUID) -> str:
    """Four characters. It tells apart the open cases of one number, not all cases of the city."""
    rest, code = case_id.int, ""
    for _ in range(LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        code += ALPHABET[digit]
    return code
