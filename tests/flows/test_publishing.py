"""What a release may be asked for: what is refused in a sentence, in the words of the command line and of the form."""

from __future__ import annotations

from typing import Any

import pytest

from flows.order import OrderError, order_of
from flows.publish import publish
from flows.publishing import PublishOrder
from flows.words import in_form_words


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"formats": ["hf,nope"]}, "--as: unknown format 'nope'; known: hf, orca, openai, sharegpt, alpaca, trl"),
        ({"formats": [" "]}, "--as"),
        ({"data": " "}, "DATA"),
        ({"test_share": 0.9}, "--test-share"),
        ({"push": "rows"}, "--push: must be ORG/NAME"),
        ({"public": True}, "--public and --dry-run say how to push: add --push ORG/NAME"),
        ({"license": "all rights"}, "--license: must be an identifier such as cc-by-4.0"),
        ({"output": "hf_abcdefghijklmnopqrstuvwxyz012345"}, "looks like a key"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(more: dict[str, Any], told: str) -> None:
    with pytest.raises(OrderError) as caught:
        order_of({"data": "out/mine", **more}, PublishOrder)
    assert told in str(caught.value) and "abcdef" not in str(caught.value)


def test_formats_are_named_with_commas_or_one_by_one() -> None:
    order = order_of({"data": "d", "formats": ["hf, trl", "hf", "openai"]}, PublishOrder)
    assert order.formats == ("hf", "trl", "openai")


def test_the_card_s_command_says_what_was_asked_without_paths_of_this_machine() -> None:
    given = {"data": "/home/me/my data", "formats": ["trl"], "license": "MIT", "test_share": 0.1, "offline_rows": True}
    order = order_of(given, PublishOrder)
    assert order.command() == ("agentinstruct publish 'my data' --as trl --license mit --test-share 0.1 --offline-rows")


def test_the_form_offers_the_formats() -> None:
    fields = publish.parameters.properties
    assert fields["formats"]["items"]["enum"] == ["hf", "orca", "openai", "sharegpt", "alpaca", "trl"]
    assert set(fields) == set(PublishOrder.model_fields)
    assert all(field.get("title") and field.get("description") for field in fields.values())


def test_a_sentence_is_told_in_the_form_s_words() -> None:
    told = in_form_words("--as: unknown format 'x'; DATA is empty; choose another --output, or add --offline-rows")
    assert told == "Formats: unknown format 'x'; Data is empty; choose another Output, or add Offline rows"
