"""Rows of TRL's format under chat templates of the common families: rendered whole, arguments written once, nothing made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2.sandbox
import pytest

from tasks.publish.export.export import Wanted, export
from tasks.publish.export.messages import Shape
from tasks.records import Json
from tests.publish.export.run_directory import THINK, write_run
from tests.publish.export.test_formats import read

TEMPLATES = Path(__file__).parent / "templates"
Rows = Callable[..., list[Json]]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows of an export with these choices."""
    folder = tmp_path_factory.mktemp("run")
    write_run(folder, 2)

    def of(**more: Any) -> list[Json]:
        export(Wanted(directory=str(folder), format="trl", output=str(folder / "e"), **more))
        return read(folder / "e" / "train.parquet")

    return of


def render(name: str, row: Json) -> str:
    """A row under a template, in the sandbox and with the functions that trainers give it."""
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)

    def raise_exception(message: str) -> None:
        raise jinja2.TemplateError(message)

    environment.globals["raise_exception"] = raise_exception
    template = environment.from_string((TEMPLATES / f"{name}.jinja").read_text())
    return template.render(messages=row["messages"], tools=row.get("tools"))


@pytest.mark.parametrize("name", ["qwen", "qwen_coder", "mistral"])
def test_every_row_renders_as_it_is(rows: Rows, name: str) -> None:
    told = [render(name, row) for row in rows()]
    assert len(told) == 6 and not any("None" in text for text in told)


def test_arguments_are_written_once(rows: Rows) -> None:
    row = next(row for row in rows() if row.get("tools"))
    assert '"arguments": {"port": "Split", "seats": null}' in render("qwen", row)
    assert "<parameter=port>Split</parameter><parameter=seats>null</parameter>" in render("qwen_coder", row)
    assert '"arguments": {"boat": {"id": 7}}' in render("mistral", row)


def test_nobody_is_told_of_tools_that_are_not_there(rows: Rows) -> None:
    for row in rows(shape=Shape(calls="apart")):
        assert ("Environment" in render("llama", row)) == bool(row.get("tools"))


def test_calls_apart_suit_a_template_of_single_calls(rows: Rows) -> None:
    with pytest.raises(jinja2.TemplateError, match="single tool-calls"):
        [render("llama", row) for row in rows()]
    assert sum("ipython" in render("llama", row) for row in rows(shape=Shape(calls="apart"))) == 2


def test_a_template_without_system_role_and_calls_takes_what_is_left(rows: Rows) -> None:
    with pytest.raises(jinja2.TemplateError, match="System role"):
        [render("gemma", row) for row in rows(tools=False)]
    said = [render("gemma", row) for row in rows(tools=False, shape=Shape("user"))]
    assert len(said) == 4 and sum(THINK in text for text in said) == 2
    assert not any(THINK in render("gemma", row) for row in rows(tools=False, shape=Shape("drop")))
