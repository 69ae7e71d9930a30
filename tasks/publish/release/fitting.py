"""Fits rows to a model's chat template: the smallest change under which a row is rendered whole, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

from tasks.publish.export.chat_template import FAILS, ChatTemplate
from tasks.publish.export.messages import Shape, Unfit, offered, plain, tools_of
from tasks.publish.export.preferences import sides_of
from tasks.publish.export.rendered import lacking
from tasks.publish.release.origin import Kind
from tasks.records import Json

_CHANGES: dict[str, dict[str, Any]] = {
    "calls one by one": {"calls": "apart"},
    "the system prompt said by the user": {"system": "user"},
    "messages of one speaker put together": {"merge": True},
    "arguments as text": {"arguments": "text"},
    "tools named by the system prompt": {"tools": "told"},
}
"""What may be changed, the smaller change first. The ids of calls have nine letters or digits in every shape."""
_REVIEWS: tuple[Kind, ...] = ("critiques", "revisions")
"""What speaks of an answer: the tools beside it were on offer to who gave that, and not to the reviewer."""
_AS_TEXT = "arguments as text"


class Fitted:
    """Rows in the shape that a template takes. A plain class: Prefect walks through others."""

    def __init__(self, template: ChatTemplate) -> None:
        self.template = template

    @property
    def identity(self) -> str:
        """Stands for the template."""
        return self.template.identity

    def shape_of(self, kind: Kind, row: Json) -> tuple[Shape, str]:
        """The shape of the fewest changes, and what it changes; Unfit with what is wrong after all others."""
        tried: list[str] = []
        problems: list[str] = []
        for names in _ladder():
            shape = replace(Shape(), **{field: value for name in names for field, value in _CHANGES[name].items()})
            try:
                changed = offered(row) if shape.tools == "told" else row
                told = _conversations(kind, changed, shape)
            except Unfit as unfit:
                problems.append(str(unfit))
                continue
            spelled = json.dumps(told, ensure_ascii=False)
            if spelled in tried:  # the change changes nothing of this row
                continue
            tried.append(spelled)
            wrong = self._wrong(told, [] if kind in _REVIEWS else tools_of(changed))
            if not wrong:
                return shape, ", ".join(names)
            # What is wrong after all other changes says most; arguments as text are wrong to most templates.
            if not problems or _AS_TEXT not in names or problems[-1].startswith(FAILS):
                problems.append(wrong)
        raise Unfit(problems[-1])

    def _wrong(self, conversations: list[list[Json]], tools: list[Json]) -> str:
        for messages in conversations:
            try:
                text = self.template.render(messages, tools)
            except Unfit as unfit:
                return str(unfit)
            if missing := lacking(text, messages, tools):
                return missing
        return ""


def _ladder() -> Iterator[tuple[str, ...]]:
    """Sets of changes, the smaller ones first."""
    for number in range(len(_CHANGES) + 1):
        yield from combinations(_CHANGES, number)


def _conversations(kind: Kind, row: Json, shape: Shape) -> list[list[Json]]:
    """What a trainer renders of a row: its messages, or a preference's with either answer."""
    if kind == "preferences":
        told = sides_of(row, shape)
        return [[*told["prompt"], *told[side]] for side in ("chosen", "rejected")]
    return [plain(row["messages"], shape)]
