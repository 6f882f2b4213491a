"""SQL that says which people are meant: those under care, those whom a reader may see."""

ROLES_HELD = "CASE WHEN c.held IS NOT NULL THEN ARRAY(SELECT jsonb_object_keys(c.held)) END"
"""SQL: the roles that somebody holds for a person `c`; null = no card was heard."""
REACH = """($1::text IS NULL OR c.county = $1) AND ($2::uuid IS NULL OR $2 IN (c.unit_id, c.community_id))
  AND ($3::jsonb IS NULL OR c.held @> $3)"""
"""SQL: the people `c` whom $1, $2 and $3 leave: what bounds who reads (`Caller.bounds`); none = the whole city."""
LIVING = """c.kind IS NOT NULL
  AND NOT EXISTS (SELECT FROM deaths d WHERE d.person_id = c.person_id AND d.reported_at IS NOT NULL AND d.retracted_at IS NULL)
  AND NOT EXISTS (SELECT FROM happenings h WHERE h.person_id = c.person_id AND h.event = 'care-ended'
    AND h.known_at IS NOT NULL AND h.retracted_at IS NULL AND h.until IS NULL)"""
"""SQL: a person `c` who is under care now: enrolled, not dead, neither gone nor merged."""
