"""Items as agents return them: several drawn ones, none, and the options of one that stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tasks.answers import OPTION_LETTERS
from tasks.offline.example import filled
from tasks.offline.prompt import Prompt, parsed

Item = dict[str, Any]
EMPTY: Item = {"evidence": [], "options": [], "key": [], "answerable": True}
"""What an item has besides its instruction where it has nothing there."""


def collected(
    prompt: Prompt, make: Callable[[], Item | None], why: str, tries: int = 3, most: int = 10, by: str = "instruction"
) -> Item:
    """An author's answer: as many different items as are asked for, or why there are none.

    Each of at most `most` items may take `tries` attempts; two with the same `by` are one. Items that do not tell their
    difficulty have the one asked for.
    """
    items: list[Item] = []
    for _ in range(tries * min(prompt.count, most)):
        item = make()
        if item and item[by] not in [i[by] for i in items]:
            items.append({"difficulty": prompt.difficulty, **item})
        if len(items) >= prompt.count:
            break
    return {"unsuitable": "" if items else why, "items": items}


def refused(why: str) -> Item:
    """An author's answer to material that does not suit."""
    return {"unsuitable": why, "items": []}


def edited(item: Item, passage: str = "") -> Item:
    """An editor's answer: the item after the change, with the passage where that has changed."""
    return {**item, "difficulty": "hard", "passage": passage, "unsuitable": ""}


def drawn(value: str, number: int) -> str:
    """What was drawn on an axis for the item of this number, from 1; the value may hold that of several items."""
    each = re.findall(r"item (\d+): ([^;]+)", value)
    return next((told for place, told in each if int(place) == number), "") if each else value


def in_words(key: list[str], options: list[str]) -> list[str]:
    """The key with the text of an option in place of its letter."""
    texts = dict(zip(OPTION_LETTERS, options, strict=False))
    return [texts.get(part, part) for part in key]


def declined(prompt: Prompt, why: str) -> Item:
    """An editor's answer where nothing comes of the change, in whatever schema is asked for."""
    return {**filled(prompt.schema, prompt.human), "unsuitable": why}


def unsuitable(why: str, **fields: Any) -> Item:
    """An editor's answer where nothing comes of the change; `fields` are what the schema asks for besides."""
    return {"instruction": "", **edited(fields), "unsuitable": why}


def shown(block: str) -> list[str]:
    """The options of a block: a JSON list, or one a line with or without letters."""
    listed = parsed(block, [])
    if listed:
        return [str(o) for o in listed]
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    if sum(bool(re.match(r"(?:\d{1,2}|[A-H]): ", line)) for line in lines) == len(lines) and any(
        x[0].isdigit() for x in lines
    ):
        return lines
    return [re.sub(r"^(?:- )?\(?[A-H][.):]\)? ", "", line) for line in lines]
