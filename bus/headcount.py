"""How many people two services know as of one instant, and whether they are the same: told by one, compared by the other."""

_COUNTED = """
SELECT count(*) FILTER (WHERE standing = 'living') AS living, count(*) FILTER (WHERE standing = 'dead') AS dead,
  count(*) FILTER (WHERE standing = 'ended') AS ended,
  lpad(to_hex(coalesce(bit_xor(('x' || left(md5(person_id || ':' || standing), 16))::bit(64)::bigint), 0)), 16, '0') AS fingerprint
FROM (
  SELECT person_id::text AS person_id, CASE WHEN has_ended THEN 'ended' WHEN is_dead THEN 'dead' ELSE 'living' END AS standing
  FROM ({people}) people
) each
"""


def headcount(people: str) -> str:
    """SQL that counts these people (`person_id`, `is_dead`, `has_ended`): whose care has ended is no more counted as dead.

    The fingerprint is the XOR of the first 64 bits of md5('<id>:<standing>') of each: the same number of others shows, too.
    """
    return _COUNTED.format(people=people)
