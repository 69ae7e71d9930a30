"""Code by what it does: comments and docstrings change nothing, anything else does, and what is imported counts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tasks.records.code import bare_code, closure, path_of, source_of

CODE = '''"""What it is for."""

import re
from dataclasses import (
    dataclass,
    field,  # two of them
)

LIMIT = 3  # of something
"""Told below."""
SIGN = "a # b"


class Plain:
    """A docstring."""

    def act(self) -> str:
        """Another one."""
        return """
        a text that counts
        """


class Told(Plain):
    """A model reads this."""
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What it is for.", "Something else."),
        ("  # of something", ""),
        ("of something", "of another thing"),
        ("Told below.", "Told."),
        ("A docstring.", "Another docstring.\n\n    With a second paragraph."),
        ("Another one.", "And yet another."),
        ("  # two of them", ""),
        ("\n\nclass Plain", "\n\n\n\nclass Plain"),
    ],
)
def test_comments_docstrings_and_empty_lines_change_nothing(old: str, new: str) -> None:
    assert old in CODE and bare_code(CODE.replace(old, new)) == bare_code(CODE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("a # b", "a # c"),
        ("a text that counts", "another text"),
        ("A model reads this.", "A model reads that."),
        ("    field,", "    fields,"),
    ],
)
def test_everything_else_does(old: str, new: str) -> None:
    assert old in CODE and bare_code(CODE.replace(old, new)) != bare_code(CODE)


def test_a_closure_follows_what_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "ours_for_a_test"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text(
        "from ours_for_a_test import b\nfrom ours_for_a_test.c import (\n    X,\n)\nimport json\n"
    )
    (package / "b.py").write_text(
        "from tasks.records import digest\n\ndef f(run):\n    return run.settings.seed.low()\n"
    )
    (package / "c.py").write_text("import ours_for_a_test.d\nX = 1\n")
    (package / "d.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = closure(["ours_for_a_test.a"], lambda name: name != "ours_for_a_test.d")
    ours = {f"ours_for_a_test.{name}" for name in "abc"}
    assert {name for name in found if name.startswith("ours")} == ours and "tasks.records" in found
    assert ("settings", "seed") in found["ours_for_a_test.b"].attributes
    assert "json" not in found["ours_for_a_test.a"].imports
    sys.modules.pop("ours_for_a_test", None)


def test_what_is_no_source_file_has_no_path() -> None:
    assert path_of("builtins") is None and path_of("no_such_module_anywhere") is None
    here = path_of("tasks.records.code")
    assert here is not None and source_of(here, "tasks").digest
