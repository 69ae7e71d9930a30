"""The one record that travels through every step, and the reject that a record becomes when it falls out.

A record starts as a piece of a document and gathers what each step adds: a passage, an instruction with its author's
key, messages, check results. Records are immutable; a step makes new ones with :func:`derive`, which sets parent and id.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a record's material comes from: a document and a span of its extracted text, in characters."""

    id: str
    """Content hash of the document's text."""
    uri: str
    kind: str
    """`text`, `code`, `api` or `table`."""
    title: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One item of the pipeline; empty fields are those that its steps have not reached yet."""

    source: Source
    id: str = ""
    parent: str = ""
    skill: str = ""
    transformation: str = ""
    passage: str = ""
    """The material a task is about: the piece of the document, or what a transformation agent made of it."""
    tools: list[Json] = field(default_factory=list)
    """Functions on offer in the conversation, in OpenAI's `{"type": "function", "function": {...}}` form."""
    task_type: str = ""
    answer_form: str = ""
    """How the task is answered; one of `prompts.AnswerForm`."""
    instruction: str = ""
    options: list[str] = field(default_factory=list)
    """Choices, statements or items in the order shown, without letters or numbers."""
    key: list[str] = field(default_factory=list)
    """The author's answer. option: [letter]; truth: ["true"|"false"]; number: [number]; span: acceptable spans; order: letters
    of the options in right order; set: the members; matching: pairs such as "1-C"; text: a short reference, or nothing."""
    evidence: list[str] = field(default_factory=list)
    """Verbatim quotes from the passage that the key rests on."""
    answerable: bool = True
    constraints: list[Json] = field(default_factory=list)
    """Requirements of the instruction that a program can check: see `tasks.checks.constraints.contract.Constraint`."""
    calls: list[Json] = field(default_factory=list)
    """Author's key of a tool task: the calls to be made, in order, `{"name": str, "arguments": {...}}`."""
    missing: list[str] = field(default_factory=list)
    """Required parameters that the user's request leaves out, or functions it needs that are not on offer."""
    formal: Json = field(default_factory=dict)
    """The task in a form of its own that a program can check (a puzzle's rules, a calculation, a page ...), if it has one."""
    axes: Json = field(default_factory=dict)
    """Axis of diversity -> the value drawn for the instruction: persona, register, language ..."""
    difficulty: str = ""
    strategy: str = ""
    """The way to think that the teacher was told; a name in `_shared/strategies.yaml`."""
    messages: list[Json] = field(default_factory=list)
    """The finished conversation, OpenAI's chat format."""
    sample: int = 0
    checks: Json = field(default_factory=dict)
    """Check name -> "pass", or "skip: why"."""
    quality: Json = field(default_factory=dict)
    """What was measured rather than passed: the judge's `score`, the solve rates of teacher and student ..."""
    alternatives: list[Json] = field(default_factory=list)
    """Responses that this one was preferred to, oldest first: `{messages, why}`, `why` being the check that they failed, with
    `finding`, what was found; `repaired` if the next one mends it; `critique`, a critic's words; `score`, the judge's;
    `of_task` if that blames the task and not the response."""
    lineage: list[Json] = field(default_factory=list)
    """What was done, oldest first: `{step, agent, prompt, model, call, note, prompt_tokens, completion_tokens, ...}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A record that fell out of a step, with why. `record` is the last state it reached."""

    record: Record
    step: str
    reason: str
    """A short snake_case word; the manifest counts by it."""
    detail: str = ""
    told: str = ""
    """The figure or words at fault, for whoever mends it; written nowhere."""


class Rejected(Exception):
    """Raised inside a step: this record cannot go on. Carries ids and reasons only, never document text."""

    def __init__(self, reason: str, detail: str = "", events: list[Json] | None = None) -> None:
        super().__init__(reason)
        self.reason, self.detail, self.events = reason, detail, events or []


# What a record is, as opposed to how it came about and where its document lay: these fields make its id.
_IDENTITY = [
    f.name for f in fields(Record) if f.name not in {"id", "source", "lineage", "checks", "quality", "alternatives"}
]


# Made once: json.dumps makes an encoder at each call that asks for anything but its defaults.
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=asdict)
_COMPACT = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def digest(*parts: Any) -> str:
    """Stable hash of JSON values: 40 hex characters of a sha256."""
    return hashlib.sha256(_CANONICAL.encode(parts).encode()).hexdigest()[:40]


def identified(record: Record) -> Record:
    """The record with its id set from its content."""
    source = record.source
    origin = [source.id or source.uri, source.kind, source.start, source.end]
    return replace(record, id=digest(origin, [getattr(record, name) for name in _IDENTITY])[:20])


def derive(parent: Record, *events: Json, **changes: Any) -> Record:
    """A child of `parent` with `changes`, its lineage extended by `events` and its id set from its content."""
    changed = replace(parent, **{"parent": parent.id, "lineage": [*parent.lineage, *events], **changes})
    return identified(changed)


def rng(*parts: Any) -> random.Random:
    """The random source of one sampling decision: it depends on `parts` alone, so order and concurrency change nothing."""
    return random.Random(int(digest(*parts), 16))


def to_json(value: Record | Reject) -> str:
    """One line of ASCII JSON; round-trips any string, lone surrogates and NUL included."""
    return _COMPACT.encode(_plain(value))


def record_from_json(text: str) -> Record:
    return _record(json.loads(text))


def reject_from_json(text: str) -> Reject:
    raw = json.loads(text)
    return Reject(**{**raw, "record": _record(raw["record"])})


def _record(raw: Json) -> Record:
    return Record(**{**raw, "source": Source(**raw["source"])})


def _plain(value: Any) -> Json:
    # dataclasses.asdict copies every nested list and dict; these are JSON already.
    return {
        f.name: _plain(item) if isinstance(item := getattr(value, f.name), Source | Record) else item
        for f in fields(value)
    }
