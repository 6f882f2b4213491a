"""A personal value goes everywhere and is seen nowhere."""

import copy
import io
import json
import logging
import pickle
import pprint
from dataclasses import dataclass

import orjson
import pytest
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import JsonSchemaMode

from contracts.personal import SEALED, Personal, SealedContact, SealedIdentity

BODY = "BxllM84bhMUxIKufuyQW3iwe-zGbM413_T9SdS7_sH3cT5vDPl1RNWSNkBJgjbQKXc0KIR63EDD0M8rQ"
NAME = f"v1.A256GCM.identity.k2.{BODY}"
PHONE = f"v1.A256GCM.contact.k1.{BODY}"
MODES: tuple[JsonSchemaMode, ...] = ("validation", "serialization")


class Card(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    name: SealedIdentity
    phones: tuple[SealedContact, ...] = ()
    known_as: SealedIdentity | None = None


@dataclass(frozen=True, slots=True)
class Person:
    name: SealedIdentity


def test_a_personal_value_prints_as_three_stars_however_it_is_printed() -> None:
    name = SealedIdentity(NAME)
    log = io.StringIO()
    logger = logging.Logger("test")
    logger.addHandler(logging.StreamHandler(log))

    logger.error("%s %r %s", name, name, Person(name))

    printed = [str(name), repr(name), f"{name}", f"{name!s:>9}".strip(), f"{name:>9}", "%s" % name, "{}".format(name)]  # noqa: UP031, UP032
    assert printed == ["***"] * 7
    assert log.getvalue() == "*** *** Person(name=***)\n"
    assert (repr([name]), pprint.pformat({"name": name})) == ("[***]", "{'name': ***}")
    assert repr(Card(name=name)) == "Card(name=***, phones=(), known_as=None)"


def test_what_would_take_it_for_text_fails_and_does_not_tell_it() -> None:
    name = SealedIdentity(NAME)

    for careless in (
        lambda: "".join([name]),  # type: ignore[list-item]
        lambda: "name: " + name,  # type: ignore[operator]
        lambda: json.dumps({"name": name}),
        lambda: orjson.dumps({"name": name}),
        lambda: name.encode(),  # type: ignore[attr-defined]
    ):
        with pytest.raises((TypeError, AttributeError)) as refused:
            careless()
        assert BODY not in str(refused.value)
    assert json.dumps({"name": name}, default=str) == '{"name": "***"}'


def test_values_with_the_same_token_are_equal_and_survive_a_copy_and_a_pickle() -> None:
    name = SealedIdentity(NAME)

    copies = [copy.copy(name), copy.deepcopy(name), pickle.loads(pickle.dumps(name)), SealedIdentity(NAME)]

    assert copies == [name] * 4
    assert {name, *copies} == {name}
    assert [type(each) for each in copies] == [SealedIdentity] * 4
    assert name.token == NAME
    assert name != NAME
    assert name != SealedIdentity(NAME.replace(".k2.", ".k1."))


NO_SEALS = ["王建国", "+8619900001234", "", NAME + "\n", f" {NAME}", NAME[:60], NAME[:23] + "王" * 80, PHONE]


@pytest.mark.parametrize("clear", NO_SEALS)
def test_nothing_but_a_seal_of_its_purpose_is_taken_and_the_refusal_does_not_quote_it(clear: str) -> None:
    with pytest.raises(ValueError, match=r"^not a sealed value for identity$"):
        SealedIdentity(clear)


def test_a_purpose_is_needed_to_seal_at_all() -> None:
    with pytest.raises(ValueError, match="not a sealed value"):
        Personal(NAME)


def test_it_crosses_json_as_its_token_and_comes_back_equal() -> None:
    card = Card(name=SealedIdentity(NAME), phones=(SealedContact(PHONE),))

    wire = card.model_dump_json()

    assert json.loads(wire) == {"name": NAME, "phones": [PHONE], "known_as": None}
    assert Card.model_validate_json(wire) == card
    assert card.model_dump(mode="json") == json.loads(wire)
    assert card.model_dump() == {"name": card.name, "phones": card.phones, "known_as": None}


def test_a_seal_newer_than_this_release_is_carried() -> None:
    newer = f"v2.SM4GCM.identity.2027-01.{BODY}"

    card = Card.model_validate_json(json.dumps({"name": newer}))

    assert json.loads(card.model_dump_json())["name"] == newer


@pytest.mark.parametrize("clear", ["王建国", 990101193805120013, {"王": "建国"}, ["王建国"], PHONE])
def test_a_value_in_clear_is_refused_by_field_and_not_quoted(clear: object) -> None:
    wire = json.dumps({"name": clear, "phones": ["+8619900001234"], "known_as": clear})

    with pytest.raises(ValidationError) as refused:
        Card.model_validate_json(wire)

    errors = refused.value.errors(include_url=False)
    refusal = {"type": "not_sealed", "input": "***"}
    assert errors == [
        {**refusal, "loc": ("name",), "msg": "not a sealed value for identity"},
        {**refusal, "loc": ("phones", 0), "msg": "not a sealed value for contact"},
        {**refusal, "loc": ("known_as",), "msg": "not a sealed value for identity"},
    ]
    told = str(refused.value) + refused.value.json() + repr(refused.value)
    assert not any(part in told for part in ("王", "建国", "9901", "1990000", BODY))


def test_the_schema_tells_other_languages_that_it_is_sealed_and_for_which_purpose() -> None:
    read, written = (Card.model_json_schema(mode=mode)["properties"]["name"] for mode in MODES)

    assert read == written == {"title": "Name", "type": "string", "format": "bifang-seal", "x-purpose": "identity"}


def test_every_purpose_has_one_class() -> None:
    assert [cls.purpose for cls in SEALED] == ["identity", "contact", "clinical", "care", "sms"]
    assert set(SEALED) == set(Personal.__subclasses__())
