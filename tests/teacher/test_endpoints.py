"""Which endpoint a teacher's name stands for, and what is told of one that cannot be had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from typing import Any
from unittest.mock import patch

import pytest

from tasks.records import Json
from tasks.records.packages import PackageError
from tasks.settings import Settings, SettingsError, from_pairs
from tasks.teacher.endpoints import GROUP, Endpoint, check_teacher, model_of, open_endpoint
from tasks.teacher.endpoints.openai_compatible import OpenAICompatible

SETTINGS = Settings()
ADDRESS = "http://127.0.0.1:9/v1"


class House:
    """An endpoint as a package may bring it."""

    name = "house"

    def __init__(self, model: str) -> None:
        self.model = model

    async def complete(self, body: Json) -> Any:
        return {}

    async def close(self) -> None:
        return None


def open_house(model: str, base_url: str | None, settings: Settings, connections: int) -> Endpoint:
    return House(f"{model} at {base_url}")


NO_OPENER = 7


def brings(name: str, value: str) -> Any:
    return patch("tasks.teacher.endpoints.brought", lambda group: [EntryPoint(name, value, group)])


@pytest.fixture
def house() -> Iterator[None]:
    with brings("house", f"{__name__}:open_house"), patch.dict(os.environ, {"OPENAI_API_KEY": ""}):
        yield


@pytest.mark.parametrize(
    ("teacher", "base_url", "kind", "model"),
    [
        ("house", None, "House", " at None"),
        ("house:big:2", ADDRESS, "House", f"big:2 at {ADDRESS}"),
        ("offline", None, "Offline", "offline"),
        ("houses", ADDRESS, "OpenAICompatible", "houses"),
        ("qwen3:14b", ADDRESS, "OpenAICompatible", "qwen3:14b"),
    ],
)
def test_a_name_stands_for_an_endpoint(house: None, teacher: str, base_url: str | None, kind: str, model: str) -> None:
    check_teacher(teacher, base_url, SETTINGS)
    endpoint = open_endpoint(teacher, base_url, SETTINGS, 1)
    assert (type(endpoint).__name__, endpoint.model) == (kind, model)


@pytest.mark.parametrize(
    ("teacher", "base_url", "said"),
    [
        (
            "gpt-4.1-mini",
            None,
            "no key for gpt-4.1-mini: set OPENAI_API_KEY, or name your own endpoint with --base-url",
        ),
        ("m", "http://me:secret@127.0.0.1/v1", "--base-url must not hold a user or password"),
        ("offline", ADDRESS, "--base-url needs --teacher MODEL: the offline teacher has no endpoint"),
        ("offline:big", None, "the offline teacher has no models, saw 'big'; name it --teacher offline"),
    ],
)
def test_what_does_not_fit_is_told(house: None, teacher: str, base_url: str | None, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_teacher(teacher, base_url, SETTINGS)
    assert said in str(caught.value) and "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-abc\r\nX: y", "sk-a b", "sk-\u201cquoted\u201d", "sk-\x07"])
def test_a_key_that_no_header_can_carry_is_told_and_not_shown(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(SettingsError, match="the key in OPENAI_API_KEY holds") as caught:
        check_teacher("m", ADDRESS, SETTINGS)
    assert "sk-" not in str(caught.value)


def test_further_headers_are_sent_and_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATE", "s3cret")
    settings = from_pairs(['request_headers={"X-Title": "docs", "X-Gate-Key": "$GATE"}'])
    endpoint = open_endpoint("m", ADDRESS, settings, 1)
    assert isinstance(endpoint, OpenAICompatible)
    sent = endpoint._client.default_headers
    assert (sent["X-Title"], sent["X-Gate-Key"]) == ("docs", "s3cret")
    assert "s3cret" not in str(settings)
    monkeypatch.delenv("GATE")
    with pytest.raises(SettingsError, match="request_headers: X-Gate-Key takes \\$GATE, and GATE is not set"):
        check_teacher("m", ADDRESS, settings)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('{"Authorization": "Bearer sk-1"}', "this looks like a key or password: put it into the environment"),
        ('{"X-Auth": "sk-1"}', "X-Auth carries a secret: name the environment variable"),
        ('{"X-Number": 1}', "expected a JSON object of texts"),
        ("[]", "expected a JSON object of texts"),
    ],
)
def test_headers_that_cannot_be_are_told(value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        from_pairs([f"request_headers={value}"])
    assert "sk-1" not in str(caught.value)


def test_what_a_files_end_leaves_around_a_key_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", " sk-sound\r\n")
    endpoint = open_endpoint("m", ADDRESS, SETTINGS, 1)
    assert isinstance(endpoint, OpenAICompatible) and endpoint._client.api_key == "sk-sound"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("offline", "json:dumps", r"there is an endpoint 'offline' already; give it another name \(taken: offline\)"),
        ("house", f"{__name__}:NO_OPENER", "is a int; let it name a function that opens an Endpoint"),
        ("house", "no_such_module:open", "cannot be loaded: ModuleNotFoundError: "),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_told(name: str, value: str, said: str) -> None:
    with brings(name, value), pytest.raises(PackageError, match=rf"^{name} = {value} \(entry point {GROUP}\).*{said}"):
        check_teacher("house", None, SETTINGS)


@pytest.mark.parametrize(
    ("teacher", "given", "name"),
    [
        ("openai:gpt-4.1", None, "https://api.openai.com/v1"),
        ("groq:llama-3.3-70b-versatile", None, "https://api.groq.com/openai/v1"),
        ("groq:llama-3.3-70b-versatile", ADDRESS, ADDRESS),
        ("ollama:qwen3:14b", None, "http://localhost:11434/v1"),
    ],
)
def test_who_speaks_as_openai_does_takes_the_fast_path(
    monkeypatch: pytest.MonkeyPatch, teacher: str, given: str | None, name: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k-openai")
    monkeypatch.setenv("GROQ_API_KEY", "k-groq")
    check_teacher(teacher, given, SETTINGS)
    endpoint = open_endpoint(teacher, given, SETTINGS, 1)
    assert isinstance(endpoint, OpenAICompatible)
    assert (endpoint.model, endpoint.name) == (model_of(teacher), name)
    key = {"openai": "k-openai", "groq": "k-groq", "ollama": "none"}[teacher.partition(":")[0]]
    assert endpoint._client.api_key == key
