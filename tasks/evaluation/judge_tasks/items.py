"""Items of judge tasks: held-out rows whose data fits the task, or those of a person's own file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tasks.evaluation.case import case_of
from tasks.records import Json, Record, Source, digest

_SUMMARY = re.compile(
    r"\b(?:summar(?:y|ies|i[sz]e[ds]?|i[sz]ing)|condense|in brief|main points|abstract|précis|tl;?dr|sum (?:it )?up)\b",
    re.I,
)


class ItemError(ValueError):
    """A file of items cannot be used; the message names it, what was seen and the remedy."""


@dataclass(frozen=True)
class Item:
    """A task for a student."""

    record: Record
    """Its messages are those before the answer."""
    reference: str = ""

    @property
    def id(self) -> str:
        return self.record.id


class OwnItem(BaseModel):
    """A line of a file of one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    instruction: str = Field(min_length=1)
    input: str = ""
    """A text that the instruction is about."""
    output: str = ""
    """The reference answer, which `preference` compares with."""
    constraints: tuple[Json, ...] = ()
    """What `format` lets a program check: `{"kind": "max_words", "number": 50}` and the like."""
    id: str = ""
    generator: str = ""
    dataset: str = ""
    """These two stand in AlpacaEval's file and are not read."""


def open_ended(rows: Iterable[Json]) -> list[Item]:
    """Rows whose answer is free text, without functions on offer."""
    return [item for item in _items(rows) if item.record.answer_form in ("text", "") and not item.record.tools]


def formed(rows: Iterable[Json]) -> list[Item]:
    """Rows that ask for a form: by constraints, or by a form that was drawn for them."""
    return [item for item in _items(rows) if item.record.constraints or item.record.axes.get("output_format")]


def summaries(rows: Iterable[Json]) -> list[Item]:
    """Rows that ask for a summary of a passage that they show."""
    return [item for item in _items(rows) if item.record.passage and _SUMMARY.search(item.record.instruction)]


def _items(rows: Iterable[Json]) -> list[Item]:
    cases = [case for row in rows if (case := case_of(row)) is not None]
    return [Item(case.record, str(case.reference.get("content") or "")) for case in cases if not case.record.calls]


def items_in(file: str) -> list[Item]:
    """The items of a JSONL file; ItemError for one that cannot be used."""
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ItemError(
            f"{file} cannot be read ({type(error).__name__}): name a file of one JSON object a line"
        ) from None
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_item(OwnItem.model_validate_json(line)))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "line"
            raise ItemError(
                f"{file}:{number}: {where}: {first['msg']}; an item has instruction and perhaps {', '.join(_OTHERS)}"
            ) from None
    if not found:
        raise ItemError(f"{file} holds no item: write one JSON object a line, with an instruction")
    return found


_OTHERS = [name for name in OwnItem.model_fields if name != "instruction"]


def _item(own: OwnItem) -> Item:
    said = "\n\n".join(filter(None, [own.instruction, own.input]))
    record = Record(
        source=Source(id="", uri="", kind="text"),
        id=own.id or digest(own.model_dump(mode="json"))[:20],
        instruction=own.instruction,
        passage=own.input,
        constraints=list(own.constraints),
        messages=[{"role": "user", "content": said}],
    )
    return Item(record, own.output)


def content_of(items: Sequence[Item]) -> str:
    """A hash of what they ask and compare with."""
    return digest([[item.id, item.record.messages, item.reference, item.record.constraints] for item in items])[:24]
