"""The words that may be asked with; what each means in Chinese stands in `words.py`."""

from typing import Literal

Kind = Literal["veteran-cadre", "retired-cadre", "survivor"]
Category = Literal["with-relatives", "living-alone", "in-institution", "relocated"]
Party = Literal["unit", "bureau", "organisation-department", "community"]
Change = Literal["spouse-died", "child-died", "divorce", "disaster", "other"]
Hardship = Literal["illness", "paralysis", "no-self-care", "disaster", "poverty", "other"]
Reporter = Literal["bureau", "unit", "family"]
"""Who may report a death here; a hospital reports to medical."""
