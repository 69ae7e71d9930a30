"""A new skill: a copy of the commented template, which loads and runs as it stands."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import prompts
from prompts import CatalogueError
from tasks.steps.mix import ALL

TEMPLATE = "_template"
_LONGEST = 60


def new_skill(name: str, parent: str | Path | None = None) -> Path:
    """The folder of the new skill, in `parent` or among ours; CatalogueError for a name that cannot be had."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or len(name) > _LONGEST:
        raise CatalogueError(
            f"'{name}' is no name for a skill: use small letters, digits and _, a letter first, {_LONGEST} at most"
        )
    if name == ALL or name in prompts.names():
        raise CatalogueError(
            f"the name '{name}' is taken; choose another (taken: {', '.join([*prompts.names(), ALL])})"
        )
    folder = Path(parent or prompts.ROOT).expanduser() / name
    if folder.exists():
        raise CatalogueError(f"{folder} is there already; choose another name or remove it")
    try:
        shutil.copytree(prompts.ROOT / TEMPLATE, folder)
        facts = folder / "skill.yaml"
        text = facts.read_text(encoding="utf-8")
        title = name.replace("_", " ").capitalize()
        facts.write_text(text.replace("title: New Skill", f"title: {title}", 1), encoding="utf-8")
    except OSError as error:
        raise CatalogueError(f"cannot write {folder}: {error.strerror}; choose another folder with --in") from None
    return folder
