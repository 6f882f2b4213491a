"""The stories that the registry tells."""

from contracts.event import Topic

PEOPLE = Topic("registry.people", "What happened to each person under care, in order")
SURVEYS = Topic("registry.surveys", "Which people are asked which form, round by round")
UNITS = Topic("registry.units", "What happened to each unit, and who of those who answer for people is away, in order")
DIRECTORY = Topic("registry.directory", "The current card of each person; lower versions are ignored", compacted=True)
