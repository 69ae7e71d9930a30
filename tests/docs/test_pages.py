"""What the pages of `docs/` and the README name is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tasks.publish.rows import FEEDBACK, REJECTED, dataset_columns
from tests.docs.how_to import read_page
from tests.running import ROOT

PAGES = [ROOT / "README.md", *(path for path in sorted((ROOT / "docs").rglob("*.md")) if path.stem != "catalogue")]
_PATH = re.compile(r"`((?:benchmarks|deployments|docs|examples|flows|prompts|simulator|tasks|tests)/[\w./]*)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
_TERM = re.compile(r"^\| ([^|]+) \| [^|]+ \| `(\w+)` in `([\w./]+)` \|$", re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_and_links_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    written = read_page(page.stem).new if page.parent.name == "how_to" else {}
    absent = [path for path in _PATH.findall(text) if path not in written and not (ROOT / path).exists()]
    absent += [link for link in _LINK.findall(text) if not (page.parent / link).exists()]
    assert not absent


def test_each_word_of_the_glossary_has_one_meaning_and_lives_where_it_says() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    terms = _TERM.findall(text)
    rows = [line for line in text.splitlines() if re.match(r"\| (?!word )\w", line)]
    assert len(terms) == len(rows) > 50
    twice = [word for word, times in Counter(word for word, _, _ in terms).items() if times > 1]
    astray = [f"{name} in {path}" for _, name, path in terms if name not in defined(ROOT / path)]
    assert not twice and not astray


def defined(path: Path) -> set[str]:
    """Names that a module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def test_every_column_has_a_line() -> None:
    page = (ROOT / "docs" / "rows.md").read_text(encoding="utf-8")
    tables = dict(zip(("rows", "feedback", "rejected"), page.split("\n## ")[1:], strict=True))
    feedback = {name for columns in FEEDBACK.values() for name in columns.names}
    columns = {"rows": set(dataset_columns().names), "feedback": feedback, "rejected": set(REJECTED.names)}
    for table, text in tables.items():
        heads = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
        assert {name for head in heads for name in re.findall(r"`(\w+)`", head)} == columns[table], table
