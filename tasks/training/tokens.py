"""Rows as tokens, and which of them the student learns from: what the assistant says, its calls, and where it stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tasks.publish.export.chat_template import ChatTemplate
from tasks.publish.export.messages import Unfit, offered, plain, tools_of
from tasks.publish.export.preferences import sides_of
from tasks.publish.release.fitting import Fitted
from tasks.records import Json

IGNORED = -100
"""The label of a token that is not learnt from."""
TOO_LONG = "longer than the window"
MARKED = "says a mark of the chat template"
SILENT = "the assistant says nothing"


@dataclass(frozen=True)
class Tokens:
    """A conversation as a student reads it."""

    ids: list[int]
    labels: list[int]
    """The id where it is learnt from, else IGNORED."""

    @property
    def learnt(self) -> int:
        """Tokens that are learnt from."""
        return sum(label != IGNORED for label in self.labels)


class Reader:
    """Turns rows into tokens, in the form that the student's template takes. A plain class: Prefect walks through others."""

    def __init__(self, tokenizer: Any, window: int) -> None:
        self.tokenizer, self.window = tokenizer, window
        marks = tokenizer.special_tokens_map
        self._fitted = Fitted(
            ChatTemplate({"default": tokenizer.chat_template}, {k: v for k, v in marks.items() if isinstance(v, str)})
        )
        added = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
        self._marks = tuple({*added, *tokenizer.all_special_tokens})

    def row(self, row: Json) -> Tokens:
        """The whole conversation of a row; Unfit with the reason if it cannot be taught."""
        shape, _ = self._fitted.shape_of("rows", row)
        row = offered(row) if shape.tools == "told" else row
        return self.conversation(plain(row["messages"], shape), tools_of(row))

    def pair(self, pair: Json) -> tuple[int, Tokens, Tokens]:
        """Both conversations of a preference, and how many tokens they have in common before the answers; Unfit as for a row."""
        shape, _ = self._fitted.shape_of("preferences", pair)
        pair = offered(pair) if shape.tools == "told" else pair
        told, tools = sides_of(pair, shape), tools_of(pair)
        asked = self._render(told["prompt"], tools, add_generation_prompt=True)["input_ids"]
        chosen, rejected = (self.conversation([*told["prompt"], *told[side]], tools) for side in ("chosen", "rejected"))
        if not chosen.ids[: len(asked)] == rejected.ids[: len(asked)] == asked:
            raise Unfit("the template tells the question in another way once it is answered")
        return len(asked), chosen, rejected

    def conversation(self, messages: list[Json], tools: list[Json]) -> Tokens:
        """Messages as tokens; Unfit if they say a mark, nothing, or more than the window holds."""
        if any(mark in text for text in _texts(messages) for mark in self._marks):
            raise Unfit(MARKED)
        told = self._render(messages, tools, return_assistant_tokens_mask=True)
        ids, learnt = told["input_ids"], told["assistant_masks"]
        if len(ids) > self.window:
            raise Unfit(TOO_LONG)
        if not any(learnt):
            raise Unfit(SILENT)
        return Tokens(ids, [id if mask else IGNORED for id, mask in zip(ids, learnt, strict=True)])

    def _render(self, messages: list[Json], tools: list[Json], **how: Any) -> Any:
        return self.tokenizer.apply_chat_template(messages, tools=tools or None, tokenize=True, return_dict=True, **how)


def _texts(value: Any) -> list[str]:
    """All that is said anywhere in messages."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inside for text in _texts(each)]
