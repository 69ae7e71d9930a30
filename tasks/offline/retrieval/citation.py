"""The offline teacher with search results: questions whose answer lies in one place, and answers that name their source."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from random import Random
from typing import Any

from tasks.offline.item import EMPTY, collected, refused, shown, unsuitable
from tasks.offline.kind import Answer
from tasks.offline.passage import Passage, altered, opening, size
from tasks.offline.prompt import Prompt, parsed
from tasks.offline.templates.author import finished, question, recognise
from tasks.offline.templates.editor import edited_question
from tasks.offline.templates.template import Found, Slots, Solution, Template, found_in, opened
from tasks.offline.view import split
from tasks.offline.wording import Wording
from tasks.records import rng

_ASIDE = {"both_truth", "next_span", "last_span"}
_SHOWS = (("missing", "nothing"), ("keep_back", "nothing"), ("conflict", "conflict"), ("outdated", "conflict"))
_DATE = r"(?P<date>\d{4}-\d\d)"
_LAYOUTS = tuple(
    re.compile(pattern, re.M | re.S)
    for pattern in (
        r"^<source id=\"(?P<id>\w+)\" title=\"[^\"\n]*\" url=\"[^\"\n]*\""
        rf"(?: date=\"{_DATE}\")?>\n(?P<text>.*?)\n</source>$",
        rf"^Source \[(?P<id>\w+)\]: [^\n]*\nFrom: [^\n]*\n(?:Dated: {_DATE}\n)?Text: (?P<text>.*?)(?=\n\nSource \[|\Z)",
        rf"^### \[(?P<id>\w+)\] [^\n]*\n[^\n]*?(?: · {_DATE})?\n\n(?P<text>.*?)(?=\n\n### \[|\Z)",
        rf"^\[(?P<id>S?\d+)\] [^\n]* \([^\n]*?(?:, {_DATE})?\)\n(?P<text>.*?)(?=\n\n\[S?\d+\] |\Z)",
    )
)
_WAYS = (
    ("relevant_passages", "json"),
    ('"Sources:"', "footer"),
    ("bullet", "list"),
    ("dash", "list"),
    ("decisive words", "quote"),
    ("words that decide", "quote"),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    id: str
    text: Passage
    date: str = ""


def _sentence_solve(passage: Passage, slots: Slots, options: list[str]) -> Solution | None:
    sentence = passage.starting(slots["opening"])
    return Solution([sentence], [sentence], f"“{sentence}”") if sentence else None


_SENTENCE = Template(
    "sentence_text",
    "text",
    Wording(
        "How does the sentence go on that begins with “{opening}”? Quote all of it.",
        "Find the sentence that opens with the words “{opening}” and give it word for word.",
    ),
    opened(lambda s: len(s.split()) > 7),
    _sentence_solve,
)
_DIFFER = Template(
    "differ_text",
    "text",
    Wording(
        "The sources do not agree on the sentence that begins with “{opening}”. What does each of them say there?",
        "Two versions are found of the sentence that begins with “{opening}”. Report both.",
    ),
    opened(lambda s: len(s.split()) > 7),
    _sentence_solve,
)


def _known(text: str) -> Found | None:
    return found_in(text, (_DIFFER, _SENTENCE)) or recognise(text)


def retrievals(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Retrievals` for the drawn task type and answer form."""
    if size(prompt.passage) < 12:
        return refused("The passage is too short to ask about.")
    draw, text = prompt.draws("seeking"), Passage(prompt.passage, prompt.knobs.get("focus", ""))
    shows = next((shows for part, shows in _SHOWS if part in prompt.task_type), "answer")
    why = "The passage holds nothing that one could search for."
    # Two questions that fit together are found less often than one.
    make, tries = (_conversation, 16) if "follow_up" in prompt.task_type else (_question, 4)
    return collected(prompt, lambda: make(text, prompt.knobs, shows, draw), why, tries=tries, most=6)


def _conversation(text: Passage, knobs: dict[str, str], shows: str, draw: Random) -> dict[str, Any] | None:
    """Two questions to one set of results: key and evidence are those of the second."""
    first, second = (_question(text, knobs, shows, draw) for _ in range(2))
    if first is None or second is None or first["instruction"] == second["instruction"]:
        return None
    known = [k.casefold() for k in second["key"]]
    if any(k in first["instruction"].casefold() for k in known):
        return None
    quotes = list(dict.fromkeys([*second["evidence"], *first["evidence"]]))
    formal = {**second["formal"], "later": second["instruction"]}
    return {**second, "instruction": first["instruction"], "evidence": quotes[:3], "formal": formal}


def _question(text: Passage, knobs: dict[str, str], shows: str, draw: Random) -> dict[str, Any] | None:
    if knobs.get("answer_form", "text") != "text":
        item = question(text, knobs, draw, local=True)
        found = recognise(item["instruction"]) if item else None
        # Some need more places than the sources show, or come to words that are no answer to a searcher.
        if item is None or found is None or found[0].name in _ASIDE:
            return None
        return _searched(item, shows, "newer", text, draw)
    template = _DIFFER if shows == "conflict" else _SENTENCE
    draft = template.draft(text, draw)
    solution = template.solve(text, draft.slots, []) if draft else None
    if draft is None or solution is None:
        return None
    return _searched(finished(template, draft, solution, text, draw), shows, "both", text, draw)


def _searched(item: dict[str, Any], shows: str, counts: str, text: Passage, draw: Random) -> dict[str, Any] | None:
    """The item with its search; nothing if it needs a contradiction and the passage gives none."""
    quotes = [" ".join(q.split()) for q in item["evidence"]]
    if not quotes:
        return None
    told = [w for w in Passage(quotes[0]).content if w not in {k.lower() for k in item["key"]}][:6]
    formal: dict[str, Any] = {"search": " ".join(told or quotes[0].split()[:5]), "shows": shows, "conflict": None}
    if shows == "conflict":
        key = [k.casefold() for k in item["key"]]
        # The beginning is what the question names the sentence by.
        start = opening(quotes[0])
        versions = [
            v
            for v in altered(quotes[0], text, draw)
            if v.startswith(start) and (counts == "both" or not any(k in v.casefold() for k in key))
        ]
        if not versions:
            return None
        formal["conflict"] = {"quote": item["evidence"][0], "altered": versions[0], "counts": counts}
    return {**item, "formal": formal}


def edited_retrieval(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedRetrieval`."""
    passage, instruction = prompt.passage, prompt.instruction
    goal = prompt.goal
    draw, text, found = rng("editing", passage, instruction, goal, prompt.salt), Passage(passage), _known(instruction)
    if found is None or parsed(prompt.blocks.get("formal", ""), {}).get("later"):
        return _unfit("The instruction is of no kind that can be changed by rule.")
    template, slots, _, _ = found
    options = shown(prompt.blocks.get("options", ""))
    solution = template.solve(text, slots, options)
    if solution is None or not solution.evidence or template is _DIFFER:
        return _unfit("The passage holds no answer that a change could build on.")
    if "flip" in goal:
        edited = (
            edited_question(prompt)
            if template is not _SENTENCE
            else unsuitable("A quotation has nothing to turn round.", **EMPTY)
        )
        formal = {"search": " ".join(text.topics[:4]), "shows": "answer", "conflict": None}
        return {**edited, "formal": formal}
    same = {
        "evidence": [text.verbatim(s) for s in solution.evidence[:3]],
        "instruction": instruction,
        "options": options,
        "key": solution.key,
        "answerable": True,
        "difficulty": "hard",
    }
    if "keep_back" in goal:
        item = _searched(same, "nothing", "", text, draw)
    elif "contradict" in goal:
        item = _searched(same, "conflict", "newer", text, draw) if template.form in ("span", "number") else None
    else:
        asked = {"answer_form": template.form, "difficulty": "hard", "task_type": prompt.knobs.get("task_type", "")}
        before = parsed(prompt.blocks.get("formal", ""), {})
        item = _question(text, asked, "nothing" if before.get("shows") == "nothing" else "answer", draw)
    if item is None:
        return _unfit("No such change leaves a sound item.")
    return {**item, "passage": "", "unsuitable": ""}


def _unfit(why: str) -> dict[str, Any]:
    return unsuitable(why, formal={"search": "", "shows": "answer", "conflict": None}, **EMPTY)


def cited(prompt: Prompt) -> Answer | None:
    """The answer to a question with search results, in the asked way of citing; None if there are none."""
    texts = prompt.users
    if not texts:
        return None
    sources, rest = _read(texts[0])
    # A second question comes alone: results and the way of citing are those of the first.
    asked = rest if len(texts) == 1 else texts[-1]
    said = _answered(sources, asked, rest) if sources else None
    return None if said is None else Answer(said)


def _answered(sources: list[_Seen], asked: str, rest: str) -> str | None:
    found = _known(asked)
    if found is None:
        return None
    template, slots, start, end = found
    options = split(asked, start, end).options
    way = next((way for sign, way in _WAYS if sign in rest), "markers")
    # The newest source counts where they differ.
    ranked = sorted(sources, key=lambda s: s.date, reverse=True)
    if template is _DIFFER:
        told = [(said.key[0], s.id) for s in sources if (said := template.solve(s.text, slots, []))]
        solution = Solution([t for t, _ in told], []) if told else None
    else:
        solution = template.solve(Passage("\n\n".join(s.text.raw for s in ranked)), slots, options)
        told = [(e, s.id) for e in solution.evidence[:3] for s in ranked if e in s.text.flat][:1] if solution else []
    if solution is None:
        absent = "The sources do not say: what is asked about stands in none of them."
        if way == "json":
            return json.dumps({"answer": absent, "relevant_passages": []})
        return f"{absent}\n\nSources: none" if way == "footer" else absent
    return _laid_out(template.form, solution.key, told, way)


def _laid_out(form: str, key: list[str], told: list[tuple[str, str]], way: str) -> str:
    ids = list(dict.fromkeys(source for _, source in told))
    if way == "json":
        answer: Any = key if form == "set" else key[0].capitalize() if form == "truth" else " ".join(key)
        return json.dumps({"answer": answer, "relevant_passages": ids}, ensure_ascii=False)
    marks = " ".join(f"[{i}]" for i in ids)
    if form == "set":
        rows = "\n".join(f"- {member}" if way == "footer" else f"- {member} {marks}" for member in key)
        return f"{rows}\n\nSources: {marks}" if way == "footer" else rows
    quotes = [f"“{said}”" if way == "footer" else f"“{said}” [{source}]" for said, source in told]
    reason = "\n".join(f"- {quote}" for quote in quotes) if way == "list" else "\n\n".join(quotes)
    stated = key[0].capitalize() if form == "truth" else ", ".join(key)
    final = "" if form == "text" else f"Answer: {stated}"
    return "\n\n".join(p for p in (reason, final, f"Sources: {marks}" if way == "footer" else "") if p)


def _read(message: str) -> tuple[list[_Seen], str]:
    """The sources of a message, and the message without them."""
    if listed := re.search(r"^\[\n \{\n.*?^\]", message, re.M | re.S):
        try:
            found = json.loads(listed[0])
        except ValueError:
            found = []
        seen = [
            _Seen(str(s["id"]), Passage(s["snippet"].strip("…")), s.get("date", ""))
            for s in found
            if isinstance(s, dict) and {"id", "snippet"} <= s.keys()
        ]
        if seen:
            return seen, message[: listed.start()] + message[listed.end() :]
    for layout in _LAYOUTS:
        hits = list(layout.finditer(message))
        if not hits:
            continue
        # The last source may have no end of its own: the paragraph with the task is not part of it.
        stop = hits[-1].end()
        if (found := _known(hits[-1]["text"])) is not None:
            start = hits[-1].start("text")
            stop = max(message.rfind("\n\n", start, start + found[2]), start)
        seen = [
            _Seen(
                m["id"],
                Passage(message[m.start("text") : min(m.end("text"), stop)].strip().strip("…")),
                m["date"] or "",
            )
            for m in hits
        ]
        return seen, message[: hits[0].start()] + message[stop:]
    return [], message
