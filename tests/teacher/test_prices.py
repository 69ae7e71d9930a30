"""Prices: found by name or dated name, unknown rather than zero, and a broken table is said to be broken."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tasks.records import Json
from tasks.settings import SettingsError
from tasks.teacher.accounts import cached_of, counts_of
from tasks.teacher.prices import TABLE, Price, price_of


def test_every_price_of_the_table_is_sound() -> None:
    for model in yaml.safe_load(TABLE.read_text(encoding="utf-8")):
        price = price_of(model)
        assert price is not None and 0 <= price.input <= price.output, model
        assert price.cached_input is None or price.cached_input < price.input, model
        assert price.cache_write is None or price.cache_write > price.input, model


@pytest.mark.parametrize("dated", ["gpt-4o-2024-08-06", "gpt-4o-20240806"])
def test_a_dated_name_has_the_price_of_the_plain_one(dated: str) -> None:
    assert price_of(dated) == price_of("gpt-4o") != price_of("gpt-4o-mini")


@pytest.mark.parametrize(
    "model", ["", "unheard-of", "gpt-4o-2024", "gpt-4o-latest", "GPT-4O", "2024-08-06", "-2024-08-06"]
)
def test_what_the_table_does_not_name_has_no_price(model: str) -> None:
    assert price_of(model) is None


def test_the_offline_teacher_costs_nothing() -> None:
    price = price_of("offline")
    assert price is not None and price.cost(10**9, 10**9) == 0


def test_cost_is_per_million_tokens() -> None:
    assert Price(input=2, output=8).cost(1_000_000, 500_000) == 6


def test_what_the_provider_had_kept_costs_less_and_keeping_more() -> None:
    price = Price(input=2, cached_input=0.2, cache_write=2.5, output=8)
    assert price.cost(1_000_000, 0, 600_000, 100_000) == pytest.approx(0.3 * 2 + 0.6 * 0.2 + 0.1 * 2.5)
    assert Price(input=2, output=8).cost(1_000_000, 0, 600_000, 100_000) == 2


@pytest.mark.parametrize(
    ("usage", "cached"),
    [
        ({"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 3}}, (4, 3)),
        ({"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 400, "cache_write_tokens": 3}}, (10, 0)),
        ({"prompt_tokens": 10, "prompt_cache_hit_tokens": 6}, (6, 0)),
        ({"prompt_tokens": 10, "prompt_tokens_details": None}, (0, 0)),
        ({"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": "many"}}, (0, 0)),
        (None, (0, 0)),
    ],
)
def test_what_was_read_from_the_providers_cache_is_counted(usage: Json | None, cached: tuple[int, int]) -> None:
    reply: Json = {"choices": [], "usage": usage}
    assert cached_of(reply) == cached
    counts = counts_of(reply, Price(input=2, cached_input=1, output=8))
    assert counts["cached_tokens"] == cached[0]
    assert counts["cost_usd"] == pytest.approx((2 * (counts["prompt_tokens"] - cached[0]) + cached[0]) / 1e6)


def test_a_table_of_ones_own_replaces_the_built_in_one(tmp_path: Path) -> None:
    table = tmp_path / "prices.yaml"
    table.write_text("m: {input: 1, output: 2}\nm-2025-01-01: {input: 3, output: 4}\n")
    assert price_of("m", str(table)) == price_of("m-2026-01-01", str(table)) == Price(input=1, output=2)
    assert price_of("m-2025-01-01", str(table)) == Price(input=3, output=4)
    assert price_of("gpt-4o", str(table)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"- m",
        b"m: 1",
        b"m: {input: 1}",
        b"m: {input: -1, output: 1}",
        b"m: {input: .nan, output: 1}",
        b"m: {input: .inf, output: 1}",
        b"m: {input: 1, output: 1, currency: EUR}",
        b"m: {input: 1, output: 1, cached_input: -1}",
        b"m: {input: secret, output: 1}",
        b"m: [",
        b"!!python/object/apply:os.getpid []",
        b"\xff\xfe\x00\xd8",
    ],
)
def test_a_broken_table_is_a_settings_error(tmp_path: Path, content: bytes) -> None:
    table = tmp_path / "prices.yaml"
    table.write_bytes(content)
    with pytest.raises(SettingsError, match=r"price_table .*prices\.yaml.*expected lines") as caught:
        price_of("m", str(table))
    assert "secret" not in str(caught.value)


def test_an_absent_table_is_a_settings_error(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.yaml", tmp_path):
        with pytest.raises(SettingsError, match="price_table"):
            price_of("m", str(path))
