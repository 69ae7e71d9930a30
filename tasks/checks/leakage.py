"""Traces of how the data was made: our prompts' sentences, tags and fields, talk of editing, protocol debris, gaps to fill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import prompts
from tasks.checks.check import Doubt, Finding, together
from tasks.records import Record
from tasks.teacher.material import NOTICE
from tasks.text.plain import calm, plain
from tasks.text.words import words

RUN = 8
"""Words in a row that count as taken from a prompt."""
_TO_SAY = re.compile(
    r"[^.!?\n]*(?:\n[^.!?\n-]+)*[.!?]\s+Say so\b"
    r"|“[^”]{3,400}”|\"[^\"]{3,400}\""
    r"|\b(?:ask(?:s|ing)?|say(?:s|ing)?|stat(?:e|es|ing)|tell(?:s|ing)? (?:the )?\w+|wants?|calls? for)"
    r" (?:that|which|what|for|how|whether|who|where|when|why|to)\b[^.:;]*",
    re.I,
)
"""What a prompt wants to be said to the reader, in its own words or as an example."""

_TAG = re.compile(r"</?[a-z][a-z_]{1,29}-(?=[0-9]*[a-f])[0-9a-f]{10}>")
"""A tag of ours; one of digits alone, as a document may have, is ours in less than one case of a hundred."""
_FIELD = re.compile(
    r"[\"'`](unsuitable|wrong_path|why_harder|key_effect|nothing_to_add|answer_form|task_type|edits_passage"
    r"|key|evidence|answerable|constraints|difficulty|instruction|options|passage)[\"'`]\s*:"
)
_OURS = frozenset(
    {"unsuitable", "wrong_path", "why_harder", "key_effect", "nothing_to_add", "answer_form", "task_type"}
)
_TALK = (
    re.compile(
        r"\b(?:the|this) (?:revised|edited|modified|rewritten|harder) (?:version of (?:the|this) )?(?:task|question|instruction"
        r"|prompt)\b|\b(?:the|this) original (?:task|instruction|prompt)\b"
        r"|\b(?:the|this|your|each) suggestions? (?:asks?|requires?|was carried|is carried|has been (?:carried|worked|applied))\b"
        r"|\b(?:the|a) (?:suggester|task editor|task author|task reviewer)\b|\bground truth answer\b"
        r"|\bmak(?:e|es|ing) (?:the|this) (?:task|question) harder\b|\bthe (?:author's|reference) (?:key|answer)\b"
    ),
    re.compile(
        r"(?:^|(?:[.!?]|(?<!\n)\n)\s*)(?:as (?:instructed|requested|you (?:asked|requested|instructed))|(?:as )?per (?:the|your)"
        r" (?:instructions?|request|prompt)|following (?:the|your) (?:instructions?|prompt)(?: given| provided)?"
        r"|in accordance with (?:the|your) instructions?),"
    ),
    re.compile(
        r"\b(?:the|this|my|your) system prompt\b|\b(?:the|this|your) prompt (?:requires|wants|specifies|instructs)\b"
        r"|^you are an? (?:helpful|ai|expert) (?:assistant|model)\b"
    ),
)
_AUTHORS = re.compile(r"\bthe distractors?\b")
_PROTOCOL = re.compile(
    r"</?(?:tool_calls?|tool_response|function_calls?|functions?_results?|function=\w+|invoke|parameter|tool|tools)\b[^<>\n]{0,80}>"
    r"|<\|[a-z_]{2,30}\|>|\[/?TOOL_(?:CALLS?|RESULTS?)\]|```(?:tool|tool_code|tool_calls?|function_call|tool_outputs?)\b"
    r"|\bto=functions\.\w+|\bfunctions\.\w+:\d"
    r"|\{\s*\"(?:name|tool|function)\"\s*:\s*\"[\w.-]{1,64}\"\s*,\s*\"(?:arguments|args|parameters|input)\"\s*:\s*[{\"]"
    r"|^Action Input:[ \t]*\S",
    re.M,
)
_GAP = re.compile(
    r"\[\s*(?:insert|todo|tbd|placeholder|fill in|to be (?:added|filled|determined|completed)|add (?:your|the)|your text)\b"
    r"[^\]\n]{0,80}\]|<\s*insert\b[^>\n]{0,80}>|\blorem ipsum\b|(?<![\w`])(?:TODO|FIXME|TBD)(?::|(?=\s*$))"
    r"|\{\{\s*\w{1,40}\s*\}\}",
    re.I | re.M,
)
_ASKS_GAPS = re.compile(
    r"\b(?:template|placeholder|form letter|bracket|fill(?:ed|ing)? in|blanks?|to-?dos?|skeleton|mustache|jinja)\b",
    re.I,
)


def no_leak(record: Record) -> Finding | Doubt | None:
    """Rejects a task or conversation with tags and fields of ours, debris of a tool protocol, or gaps left to fill.

    Words that stand in a prompt too, or that sound like its making, are put to a reader. What the student's own material or
    request shows may be said again.
    """
    shown = _shown(record)
    told = [
        calm(m["content"])
        for m in record.messages
        if m.get("role") == "assistant" and isinstance(m.get("content"), str)
    ]
    # A user's words are part of what is learnt, and so are those of a passage that an agent wrote; a document may say anything.
    given = "" if _written(record) else record.passage
    doubts: list[Doubt | None] = []
    for text in (*([record.passage] if _written(record) else []), record.instruction, *record.options):
        if _foreign(text, given):
            return Finding("a trace of a prompt in the task")
        doubts.append(_from_prompt(text, record.skill, given, " in the task"))
    if found := _traces(record.instruction, record, record.passage):
        return Finding(f"{found[0]} in the task", told=found[1])
    doubts.append(_talk(record.instruction, record.passage, " in the task"))
    # Of an answer that explains options it is a plain word, of a task it is one of its author's.
    doubts += [
        _of_making(m[0], " in the task")
        for m in _AUTHORS.finditer(plain(record.instruction))
        if m[0] not in plain(record.passage)
    ]
    for text in told:
        if _foreign(text, f"{given}\n{record.instruction}"):
            return Finding("a trace of a prompt")
        if found := _traces(text, record, shown):
            return Finding(found[0], told=found[1])
        doubts += [_from_prompt(text, record.skill, shown), _talk(text, shown)]
    return together(doubt for doubt in doubts if doubt)


def _written(record: Record) -> bool:
    """Whether an agent wrote the passage."""
    return any(str(event.get("agent", "")).startswith("transform/") for event in record.lineage)


def _foreign(text: str, given: str) -> bool:
    """Whether the text holds a tag or the notice of our prompts that the material does not hold."""
    return any(m[0] not in given for m in _TAG.finditer(text)) or (
        NOTICE.lower() in plain(text) and NOTICE.lower() not in plain(given)
    )


def _shown(record: Record) -> str:
    others = (str(m.get("content") or "") for m in record.messages if m.get("role") in {"user", "tool"})
    return "\n".join([record.passage, record.instruction, *others])


def _traces(text: str, record: Record, shown: str) -> tuple[str, str] | None:
    """What is no text at all, and where."""
    fields = set(_FIELD.findall(text))
    if (fields & _OURS or len(fields) > 2) and not all(f in shown for f in fields):
        return "fields of an agent's answer", ", ".join(sorted(fields))
    if debris := [m[0] for m in _PROTOCOL.finditer(text) if m[0] not in shown]:
        return "debris of a tool protocol", debris[0]
    wanted = any(c.get("kind") == "placeholders" for c in record.constraints) or _ASKS_GAPS.search(record.instruction)
    gaps = [m[0] for m in _GAP.finditer(text) if plain(m[0]) not in plain(shown)]
    return ("a gap left to fill", gaps[0]) if gaps and not wanted else None


def _talk(text: str, shown: str, where: str = "") -> Doubt | None:
    lines = "\n".join(map(plain, text.splitlines()))
    found = (m[0].strip() for pattern in _TALK for m in pattern.finditer(lines))
    return next((_of_making(said, where) for said in found if said not in plain(shown)), None)


def _of_making(said: str, where: str) -> Doubt:
    return Doubt(
        f"talk of how the task was made{where}",
        "Do these words speak of the matter of the text, and neither of how this task or answer was made nor of directions "
        "that its reader does not see?",
        {"words": said},
        f"“{said}”",
    )


def _from_prompt(text: str, skill: str, shown: str, where: str = "") -> Doubt | None:
    """A doubt about the first words in a row that stand in a prompt and not in what is shown."""
    known, said = prompt_shingles(skill), words(text)
    taken = [run in known and run not in _runs(shown) for run in _shingles(said)]
    if True not in taken:
        return None
    first = taken.index(True)
    last = next((n for n in range(first, len(taken)) if not taken[n]), len(taken)) - 1
    run = " ".join(said[first : last + RUN])
    return Doubt(
        f"a trace of a prompt{where}",
        "These words also stand in the directions that the writer of this text was given. Where they stand here, are they "
        "said to the reader about the reader's own matter, and no direction to a writer?",
        {"words": run},
        f"“{run}”",
    )


@lru_cache(maxsize=16)
def _runs(text: str) -> frozenset[int]:
    return frozenset(_shingles(words(text)))


def _shingles(said: tuple[str, ...]) -> Iterator[int]:
    return (hash(said[i : i + RUN]) for i in range(len(said) - RUN + 1))


@cache
def prompt_shingles(skill: str) -> frozenset[int]:
    """Every run of eight words in the prompts that agents of this skill, or of all skills, are given and students are not."""
    found: set[int] = set()
    for text in _prompts(skill):
        for part in _TO_SAY.split(text):
            found.update(_shingles(words(part)))
    return frozenset(found)


def _prompts(skill: str) -> Iterator[str]:
    own = [prompts.folder(skill)] if skill in prompts.names() else []
    for folder in (*prompts.shared_folders(), *own):
        yield from (path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md")))
    yield from prompts.presentation().author_forms.values()
    yield from (own.text for strategy in prompts.strategies().values() for own in strategy.prompts)
    if skill in prompts.names():
        loaded = prompts.load(skill)
        yield from (entry.description for entry in (*loaded.transformations, *loaded.task_types, *loaded.goals))
