"""Tokens: who a caller is, signed. A token carries person, role, unit and county, and its end."""

import time
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from bus.decisions import Caller

ISSUER = "bifang"


class BadToken(Exception):
    """The token is not ours, has ended, or was changed."""


def issue(
    key: bytes, *, person: str, role: str, unit: str | None = None, county: str | None = None, hours: int = 12
) -> str:
    """A signed token (JWT, HS256)."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": person,
        "role": role,
        "unit": unit,
        "county": county,
        "iat": now,
        "exp": now + hours * 3600,
    }
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key))


def read(key: bytes, token: str) -> Caller:
    """Who bears it; BadToken when it does not hold."""
    try:
        claims = jwt.decode(token, OctKey.import_key(key), algorithms=["HS256"]).claims
        jwt.JWTClaimsRegistry(iss={"essential": True, "value": ISSUER}, exp={"essential": True}).validate(claims)
        unit = claims.get("unit")
        return Caller(
            person=claims["sub"], role=claims["role"], unit=UUID(unit) if unit else None, county=claims.get("county")
        )
    except (JoseError, KeyError, ValueError) as error:
        raise BadToken(type(error).__name__) from None
