"""What a run may be asked for: read by one function, told in one sentence, in the words of who asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.cli.command import generate
from flows.cli.factory import factory
from flows.cli.options import Asked
from flows.order import FactoryOrder, Order, OrderError, order_of
from flows.preparation import NotWritable, prepared
from flows.words import in_form_words
from tasks.documents.discover import NothingToRead
from tasks.records.marks import MarksError
from tasks.settings import GROUPS, Settings, SettingsError
from tasks.steps.mix_file import MixError
from tests.running import SKILL

ASKED = {"documents": ["notes.md"], "skill": SKILL}
KEY = "sk-canary-4f9aQ81xWm27"


def refused(**changes: Any) -> str:
    with pytest.raises(OrderError) as caught:
        order_of({**ASKED, **changes}, Order)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_blanks_quotes_and_empty_fields_are_nothing() -> None:
    order = order_of(
        {
            "documents": [' "notes.md" ', "", "  "],
            "skill": f" {SKILL}",
            "output": "“out/mine” ",
            "teacher": None,
            "base_url": "",
            "reading": None,
            "sampling": {"transform_temperature": None},
        },
        Order,
    )
    assert (order.documents, order.skill, order.output) == (["notes.md"], SKILL, "out/mine")
    assert (order.teacher, order.base_url, order.settings) == ("offline", "", Settings())


@pytest.mark.parametrize("empty", [{}, {"output": ""}, {"output": None}, {"output": "  "}])
def test_the_output_is_named_by_its_skill(empty: dict[str, Any]) -> None:
    assert order_of({**ASKED, **empty}, Order).output == f"out/{SKILL}"


def test_an_order_made_of_another_is_the_same() -> None:
    order = order_of({**ASKED, "seed": 3, "tools": {"tool_rounds": 2}}, Order)
    assert order_of(dict(order), Order) == order and order.settings.tool_rounds == 2


@pytest.mark.parametrize(("command", "form"), [(generate, Order), (factory, FactoryOrder)])
def test_a_command_without_options_asks_for_what_an_empty_form_does(
    command: Callable[..., Any], form: type[Order], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path / "home"))
    asked: dict[str, Any] = {}
    module, name = ("launch", "launch") if command is generate else ("factory_run", "run_factory")
    monkeypatch.setattr(f"flows.cli.{module}.{name}", lambda _, **parameters: asked.update(parameters))
    wanted = {"asked": Asked(skill=SKILL)} if command is generate else {"skill": SKILL}
    command(["notes.md"], output="out", **wanted)
    assert asked.pop("pairs") == [] and not asked.pop("as_json", False)
    assert order_of(asked, form) == order_of({**ASKED, "output": "out"}, form)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"documents": []}, "DOCUMENTS is empty: fill it in"),
        ({"documents": [" "]}, "DOCUMENTS is empty: fill it in"),
        ({"documents": None}, "DOCUMENTS is empty: fill it in"),
        ({"skill": None}, "--skill is empty: fill it in"),
        ({"skill": "nope"}, "unknown skill 'nope'; known: analytical_reasoning"),
        (
            {"limit": -1, "max_calls": -2},
            "--limit must be at least 0, saw -1; --max-calls must be at least 0, saw -2",
        ),
        ({"running": {"max_concurrency": 5000}}, "max_concurrency must be at most 4096, saw 5000"),
        ({"max_usd": float("nan")}, "--max-usd"),
        ({"max_usd": float("inf")}, "--max-usd"),
        ({"base_url": "127.0.0.1:8000"}, "--base-url must begin with http:// or https://"),
        ({"base_url": "http://"}, "--base-url must begin with http:// or https:// and name a host"),
        ({"base_url": "http://[::1/v1"}, "--base-url must begin with http:// or https:// and name a host"),
        ({"reading": {"chunk_words": 9}}, "chunk_words must be at least 50, saw 9"),
        ({"reading": {"chunk_wrods": 9}}, "chunk_wrods is no field"),
        (
            {"reading": {"chunk_words": 60, "chunk_overlap_words": 60}},
            "chunk_overlap_words must be less than chunk_words",
        ),
        ({"reading": 3}, "--reading: "),
        ({"verifying": {"difficulty_band": "hard"}}, "difficulty_band needs measured rates: set solve_samples"),
        ({"verifying": {"judge_base_url": "localhost"}}, "judge_base_url must begin with http"),
        ({"endpoint": {"api_key_variable": "MY KEY"}}, "api_key_variable"),
        ({"mix_from": "mix.yaml", "sampling": {"mix": "fermi:1"}}, "--mix-from and --set mix exclude each other"),
        ({"shards": 5}, "--shards is no field of this run"),
    ],
)
def test_what_cannot_be_is_one_sentence(changes: dict[str, Any], said: str) -> None:
    assert said in refused(**changes)


def integers() -> list[tuple[str, str]]:
    groups = {group.__name__.lower(): group for group in GROUPS}
    fields = [("", name) for name, field in Order.model_fields.items() if field.annotation is int]
    return fields + [
        (g, n) for g, group in groups.items() for n, f in group.model_fields.items() if f.annotation is int
    ]


@pytest.mark.parametrize(("group", "name"), integers())
def test_no_number_is_larger_than_a_browser_and_a_database_hold(group: str, name: str) -> None:
    for number in (2**53, -(2**53), 2**63, 10**30, -(10**30)):
        told = refused(**({group: {name: number}} if group else {name: number}))
        assert " must be at " in told and len(told) < 120


@pytest.mark.parametrize("field", ["documents", "skill", "output", "teacher", "base_url"])
@pytest.mark.parametrize(
    "key",
    [
        KEY,
        f"Bearer {KEY}",
        f"http://me:{KEY}@127.0.0.1/v1",
        f"https://127.0.0.1/v1?api_key={KEY}",
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "8f2b1c9d0e7a46538f2b1c9d0e7a4653",
        "9Xk2mQ7vT4bZ8nR1wY6cJ3hL5pD0sF2gA7eU4iO9qW6t",
        "DefaultEndpointsProtocol=https;AccountKey=abcdefgh12345678==",
    ],
)
def test_what_looks_like_a_key_is_refused_and_never_told(field: str, key: str) -> None:
    told = refused(**{field: [key] if field == "documents" else key})
    assert KEY not in told and key not in told and "key" in told
    for group, name in (("sampling", "language"), ("verifying", "judge_model"), ("endpoint", "api_key_variable")):
        assert key not in refused(**{group: {name: key}})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("teacher", "Qwen3-235B-A22B-Instruct-2507-FP8"),
        ("teacher", "ft:gpt-4o-mini-2024-07-18:org::8abcXYZ1"),
        ("teacher", "accounts/fireworks/models/llama-v3p1-405b-instruct"),
        ("output", "out/sk-learn-docs/2026-11-28"),
        ("output", "abfs://container@account.dfs.core.windows.net/runs"),
        ("documents", ["data/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.txt"]),
        ("documents", ["notes on tokens and passwords.md", "s3://bucket/a?versionId=3", "sk-learn/guide.md"]),
    ],
)
def test_paths_and_models_are_no_keys(field: str, value: Any) -> None:
    assert getattr(order_of({**ASKED, field: value}, Order), field) == value


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"documents": ["absent"]}, NothingToRead, "nothing to read: 'absent': does not exist"),
        ({"verifying": {"skip_checks": "nope"}}, SettingsError, "skip_checks: unknown nope; known: "),
        ({"sampling": {"axes": "nope"}}, SettingsError, "axes: unknown nope; known: "),
        ({"marks": "absent.json"}, MarksError, "cannot read the marks in absent.json: No such file"),
        ({"marks": "nowhere://x"}, MarksError, "cannot read the marks in nowhere://x: "),
        ({"mix_from": "absent.yaml"}, MixError, "cannot read the mix in absent.yaml: No such file"),
        ({"mix_from": "notes.md"}, MixError, "notes.md holds no mix: a mapping is expected, saw str; "),
        (
            {"mix_from": "mix.yaml", "sampling": {"axes": "focus"}},
            SettingsError,
            "axes: a mix that asks for easier or harder",
        ),
        ({"teacher": "gpt-4.1-mini"}, SettingsError, "set OPENAI_API_KEY"),
        ({"base_url": "http://127.0.0.1:9/v1"}, SettingsError, "--base-url needs --teacher"),
        ({"output": "notes.md/out"}, NotWritable, "cannot write to notes.md/out: "),
        ({"output": "nowhere://out"}, NotWritable, "cannot write to nowhere://out: "),
        ({"teacher": "m", "base_url": "http://127.0.0.1:9/v1", "max_usd": 1}, SettingsError, "needs the price of m"),
        (
            {"teacher": "m", "base_url": "http://127.0.0.1:9/v1", "verifying": {"judge_model": "gpt-5"}, "max_usd": 1},
            SettingsError,
            "needs the price of m",
        ),
        (
            {"verifying": {"judge_model": "m", "judge_base_url": "http://127.0.0.1:9/v1"}, "max_usd": 1},
            SettingsError,
            "of m",
        ),
        ({"endpoint": {"price_table": "absent.yaml"}}, SettingsError, "price_table absent.yaml: FileNotFoundError"),
    ],
)
def test_what_cannot_be_had_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], kind: type[Exception], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AGENTINSTRUCT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / "notes.md").write_text("Some text.")
    (tmp_path / "mix.yaml").write_text(f"difficulty: {{{SKILL}: harder}}")
    with pytest.raises(kind) as caught, prepared(order_of({**ASKED, "output": "out", **changes}, Order)):
        pytest.fail("it was had all the same")
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert not [path for path in (tmp_path / "out").rglob("*") if path.name != ".lock"]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "--limit must be at least 0, saw -1; DOCUMENTS is empty",
            "Limit must be at least 0, saw -1; Documents is empty",
        ),
        ("skip_checks: unknown nope; known: no_leak, judge", "Skip checks: unknown nope; known: no_leak, judge"),
        ("difficulty_band needs rates: set solve_samples, 4", "Difficulty band needs rates: set Solve samples, 4"),
        ("--base-url needs --teacher MODEL: no endpoint", "Base URL needs Teacher MODEL: no endpoint"),
        (
            "name it with --set price_table=FILE; or bound --max-calls",
            "name it with Price table; or bound Budget in calls",
        ),
        ("Stopped on request. Run the same command again to resume", "Stopped on request. Press Retry to resume"),
        ("cannot write to out/chunk_words/x_y: no", "cannot write to out/chunk_words/x_y: no"),
        ("nothing to read: 'notes'", "nothing to read: 'notes'"),
    ],
)
def test_a_form_is_told_in_its_own_words(sentence: str, told: str) -> None:
    assert in_form_words(sentence) == told
