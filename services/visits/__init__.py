"""Visits: who owes whom a visit or a call, until when, and what became of it."""
