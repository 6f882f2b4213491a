"""A personal value travels sealed: any service carries it, the holder of its key reads it, nothing prints it."""

import re
from typing import ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

PRINTED = "***"


class Personal:
    """A sealed name, phone, number, address or diagnosis: prints as ***, equals what has the same token.

    It is no str on purpose: join, +, json.dumps and orjson would take a str subclass for its text; with this they fail.
    Version, algorithm and key may be newer than this code: carrying a seal needs no key, and opening it is strict.
    """

    __slots__ = ("_token",)
    purpose: ClassVar[str] = ""
    _shape: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")  # nothing is sealed without a purpose

    def __init_subclass__(cls, *, purpose: str) -> None:
        cls.purpose = purpose
        # version . algorithm . purpose . key id . base64url of nonce, ciphertext and tag
        cls._shape = re.compile(rf"v\d{{1,3}}\.[A-Z0-9]{{1,16}}\.{purpose}\.[\w-]{{1,32}}\.[\w-]{{38,}}", re.ASCII)

    def __init__(self, token: str) -> None:
        """ValueError, without the text, for what is not a seal of this purpose: a name in clear gets no further."""
        if not self._shape.fullmatch(token):
            raise ValueError(_not_sealed(self.purpose))
        self._token = token

    @property
    def token(self) -> str:
        """The seal itself: ciphertext, made to be stored and sent, not to be logged."""
        return self._token

    def __repr__(self) -> str:
        return PRINTED

    def __format__(self, spec: str) -> str:
        return PRINTED

    def __eq__(self, other: object) -> bool:
        return self._token == other._token if isinstance(other, Personal) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._token)

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self._token,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._accept,
            serialization=core_schema.plain_serializer_function_ser_schema(
                _token_of, return_schema=core_schema.str_schema(), when_used="json"
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "bifang-seal", "x-purpose": cls.purpose}

    @classmethod
    def _accept(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, str) and cls._shape.fullmatch(value):
            return cls(value)
        # pydantic quotes the input of an error; only a whole ValidationError lets us say what is quoted
        error = PydanticCustomError("not_sealed", _not_sealed(cls.purpose))
        raise ValidationError.from_exception_data(cls.__name__, [{"type": error, "input": PRINTED}])


def _not_sealed(purpose: str) -> str:
    return f"not a sealed value for {purpose}"


def _token_of(value: Personal) -> str:
    return value.token


class SealedIdentity(Personal, purpose="identity"):
    """Who a person is: name, resident ID, birth date."""

    __slots__ = ()


class SealedContact(Personal, purpose="contact"):
    """Where a person is reached: phone, address."""

    __slots__ = ()


class SealedClinical(Personal, purpose="clinical"):
    """What a hospital says: diagnosis, raw message."""

    __slots__ = ()


class SealedCare(Personal, purpose="care"):
    """What somebody wrote down who cares for a person: the note of a contact, the reason of what was decided."""

    __slots__ = ()


class SealedSms(Personal, purpose="sms"):
    """What the reader of an SMS lane needs and nothing else: the number and the text."""

    __slots__ = ()


SEALED: tuple[type[Personal], ...] = (SealedIdentity, SealedContact, SealedClinical, SealedCare, SealedSms)
