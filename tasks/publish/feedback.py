"""Feedback as rows of its own: critiques, revisions and pairs, each from what a check, the judge or a repair has shown.

- A critique names what a check or the judge found in an answer, or what the judge found right in one that passed.
- A revision passed every check; what it mends failed one and was told so.
- Of a pair one side passed every check; the other failed one, or the judge scored it lower by a margin.
- What blames the task, or the simulated user, says nothing of a response: it makes no row (`tasks.steps.blame`).

What compares an answer with its author's key makes pairs alone: nobody who reads task and answer could find it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import prompts
from tasks.agents.judge import JUDGE
from tasks.agents.kind import SkillRun
from tasks.agents.repair import finding as told_of
from tasks.kinds import checks_of
from tasks.records import Json, Record, Reject, digest, rng
from tasks.steps.preference import LOWER_SCORE, MARGIN, worse
from tasks.text.words import words

SORTS = ("critiques", "revisions", "preferences")
OF_TASK = "blames_the_task"
_ASKS_FOR_CRITIQUE = (
    "Here is a task and an answer to it. Review the answer: what is wrong with it, if anything?",
    "Read the task and the answer below. List the faults of the answer, the worst first; say so if it has none.",
    "Somebody answered this task. Say whether the answer holds up, and what has to be mended if it does not.",
    "Check this answer against its task, and give your findings and a verdict.",
)
_ASKS_FOR_REVISION = (
    "Here is a task, an answer to it and a reviewer's notes. Write the answer again so that it meets the notes.",
    "The answer below was sent back with notes. Give the corrected answer alone.",
    "Mend the answer by the notes that follow it. Change what they name and keep what was right.",
)
_TELLS_KEY = re.compile(r"\b(?:key|author)\b", re.I)


@dataclass
class Feedback:
    """What an accepted record or a reject teaches about answers, and how much of it could not be used."""

    run: SkillRun
    written: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, Counter[str]] = field(default_factory=lambda: {sort: Counter() for sort in SORTS})
    """Sort -> why other responses gave none; what makes no critique makes no revision either, and is counted once."""
    _seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        known = checks_of(self.run.kind)
        self._known = {name: known[name] for name in self.run.skill.checks.response}

    def of_record(self, record: Record) -> Iterator[tuple[str, Json]]:
        """Sort and row of all that an accepted record gives."""
        yield from self._judged(record, good=True)
        mended = [other for other in record.alternatives if other.get("repaired")]
        for other in record.alternatives:
            yield from self._pair(record, other)
            notes = self._notes(other)
            if notes and self._new("critiques", *_answer(record, other["messages"])):
                yield self._row("critiques", record, _review(record, other["messages"], notes, "To be revised."), other)
            if notes and mended and other is mended[-1]:
                yield self._row("revisions", record, _revision(record, other["messages"], notes), other)

    def of_reject(self, reject: Reject) -> Iterator[tuple[str, Json]]:
        """Sort and row of the critique that a response which fell out gives."""
        record = reject.record
        if not record.messages or record.messages[-1]["role"] != "assistant":
            return
        if reject.reason == JUDGE:
            yield from self._judged(record, good=False)
            return
        found = worse(record, reject.reason, reject.detail, self.run)
        if (notes := self._notes(found)) and self._new("critiques", *_answer(record, record.messages)):
            yield self._row("critiques", record, _review(record, record.messages, notes, "To be revised."), found)

    def table(self) -> Json:
        """Rows by sort, and why the rest gave none."""
        left_out = {sort: dict(sorted(why.items())) for sort, why in self.left_out.items() if why}
        return {**{sort: self.written[sort] for sort in SORTS}, "left_out": left_out}

    def _judged(self, record: Record, *, good: bool) -> Iterator[tuple[str, Json]]:
        """The critique that the judge's last reading of this record's response makes."""
        event = next((e for e in reversed(record.lineage) if e.get("verdicts") is not None), None)
        if event is None or (good and record.checks.get(JUDGE) != "pass"):
            return
        criteria = prompts.shared_rubric().with_own(self.run.skill.rubric, record.answer_form).response
        about = [v for v in event["verdicts"] if v["criterion"] in criteria and v["finding"].strip()]
        fitting = (v["finding"].strip() for v in about if v["met"] is good and not _TELLS_KEY.search(v["finding"]))
        told = list(dict.fromkeys(fitting))
        if not told:
            self.left_out["critiques"]["judge_names_nothing" if about else "no_finding"] += 1
            return
        verdict = f"{'Good' if good else 'To be revised'}: {event['score']} of 10."
        facts = {"messages": record.messages, "why": JUDGE, "finding": "; ".join(told), "score": event["score"]}
        if self._new("critiques", *_answer(record, record.messages)):
            yield self._row("critiques", record, _review(record, record.messages, told, verdict), facts, good=good)

    def _notes(self, other: Json) -> list[str]:
        """What is wrong with a response as its reviewer would put it; nothing if no check found it or only the key shows it."""
        check, finding = self._known.get(other["why"]), str(other.get("finding") or "").strip()
        if other.get("of_task"):
            self.left_out["critiques"][OF_TASK] += 1
            return []
        if check is None or not finding:
            self.left_out["critiques"]["no_finding"] += 1
            return []
        if check.tells_key or _TELLS_KEY.search(finding):
            self.left_out["critiques"]["shown_by_the_key_alone"] += 1
            return []
        critique = [str(problem).strip() for problem in other.get("critique") or ()]
        # A critic is taken at its word where it names what the check found; else the check speaks for itself.
        if critique and names(critique, finding, check.name):
            return critique
        return [finding if other.get("repaired") and not critique else told_of("response", check.name, finding)]

    def _pair(self, record: Record, other: Json) -> Iterator[tuple[str, Json]]:
        ours, theirs = (_without_system(messages) for messages in (record.messages, other["messages"]))
        shared = next(
            (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs))
        )
        chosen, rejected = ours[shared:], theirs[shared:]
        margin = _margin(record, other)
        if other.get("of_task"):
            self.left_out["preferences"][OF_TASK] += 1
        elif not self._shown_worse(other, margin or 0):
            self.left_out["preferences"]["not_shown_to_be_worse"] += 1
        elif not (shared and chosen and rejected):
            self.left_out["preferences"]["nothing_in_common"] += 1
        elif self._new("preferences", record.tools, theirs):
            system = [message for message in record.messages if message["role"] == "system"]
            facts = {"prompt": [*system, *ours[:shared]], "chosen": chosen, "rejected": rejected, "margin": margin}
            yield self._row("preferences", record, facts, other)

    def _shown_worse(self, other: Json, margin: float) -> bool:
        """Whether a check has failed it, or the judge has named what is wrong or scored it lower by the margin."""
        if other["why"] in (JUDGE, LOWER_SCORE) and margin >= MARGIN:
            return True
        return other["why"] in self._known and bool(other["why"] != JUDGE or other.get("finding"))

    def _new(self, sort: str, *said: object) -> bool:
        """Whether no row of this sort is of the same task and response yet, whichever record it was of."""
        mark = int(digest(sort, *said)[:15], 16)
        if mark in self._seen:
            self.left_out[sort]["repeated"] += 1
            return False
        self._seen.add(mark)
        return True

    def _row(self, sort: str, record: Record, facts: Json, other: Json, *, good: bool = False) -> tuple[str, Json]:
        self.written[sort] += 1
        return sort, {
            "id": f"{record.id}-{digest(sort, other['messages'])[:8]}",
            "row": record.id,
            "skill": record.skill,
            "task_type": record.task_type,
            "reason": other["why"],
            "finding": other.get("finding") or None,
            "score": other.get("score"),
            "good": good,
            **facts,
        }


def _answer(record: Record, messages: list[Json]) -> tuple[object, ...]:
    """Task and response, which a critique is of."""
    return record.instruction, record.options, _without_system(messages)


def names(critique: Collection[str], finding: str, check: str) -> bool:
    """Whether a critique speaks of what the check found: a word of substance is in both."""
    said = {_stem(word) for problem in critique for word in words(problem)}
    return bool(said & {_stem(word) for word in words(f"{finding} {check}") if len(word) > 4 or word.isdigit()})


def _stem(word: str) -> str:
    return word if word.isdigit() else word[:5]


def _margin(record: Record, other: Json) -> float | None:
    ours, theirs = record.quality.get("score"), other.get("score")
    return None if ours is None or theirs is None else float(ours - theirs)


def _review(record: Record, messages: list[Json], notes: list[str], verdict: str) -> Json:
    draw = rng("critique", record.id, notes)
    asked = f"{draw.choice(_ASKS_FOR_CRITIQUE)}\n\n{_case(messages)}"
    said = "\n".join([*(f"- {note}" for note in notes), "", f"Verdict: {verdict}"])
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]}


def _revision(record: Record, messages: list[Json], notes: list[str]) -> Json:
    draw = rng("revision", record.id, notes)
    told = "\n".join(f"- {note}" for note in notes)
    asked = f"{draw.choice(_ASKS_FOR_REVISION)}\n\n{_case(messages)}\n\n### Notes\n\n{told}"
    said = _transcript(_after_task(_without_system(record.messages)))
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]}


def _case(messages: list[Json]) -> str:
    """Task and answer as a reviewer reads them."""
    spoken = _without_system(messages)
    answer = _after_task(spoken)
    return f"### Task\n\n{_transcript(spoken[: len(spoken) - len(answer)])}\n\n### Answer\n\n{_transcript(answer)}"


def _after_task(spoken: list[Json]) -> list[Json]:
    first = next((n for n, message in enumerate(spoken) if message["role"] == "assistant"), len(spoken))
    return spoken[first:]


def _transcript(messages: list[Json]) -> str:
    """Messages as text; who speaks is told where it is more than one message."""
    if len(messages) == 1 and not messages[0].get("tool_calls"):
        return str(messages[0]["content"] or "")
    return "\n\n".join(f"[{message['role']}] {_said(message)}" for message in messages)


def _said(message: Json) -> str:
    calls = [f"{c['function']['name']}({c['function']['arguments']})" for c in message.get("tool_calls") or ()]
    return "\n".join(part for part in (str(message.get("content") or ""), *calls) if part)


def _without_system(messages: list[Json]) -> list[Json]:
    # A way to think that is kept as the system prompt may differ between two responses to one task.
    return [message for message in messages if message["role"] != "system"]
