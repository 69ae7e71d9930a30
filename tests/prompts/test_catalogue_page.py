"""docs/catalogue.md is what the folders of the catalogue say."""

from __future__ import annotations

import prompts
from flows.cli.document_catalogue import FILE, document


def test_the_page_is_fresh() -> None:
    assert FILE.read_text(encoding="utf-8") == document(), "the catalogue changed: write its page anew with `make docs`"


def test_the_page_names_everything() -> None:
    page = FILE.read_text(encoding="utf-8")
    for name in prompts.names():
        skill = prompts.load(name)
        assert f"## {skill.title}" in page
        for entry in (*skill.transformations, *skill.task_types, *skill.goals):
            assert f"`{entry.name}`" in page, entry.name
