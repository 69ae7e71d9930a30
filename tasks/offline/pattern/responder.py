"""The offline responder to tasks by example: it reads the examples off the page, finds a rule that fits and applies it."""

from __future__ import annotations

import re
from typing import Any

from tasks.kinds.pattern.contract import Case, Example, Rule, Step
from tasks.kinds.pattern.demonstration import BRIEF, LABELLED, TABLE_HEAD, Style
from tasks.kinds.pattern.operations import Unfit
from tasks.kinds.pattern.rules import case_holds, inferred, same_output
from tasks.offline.pattern.real import solved

_OPTION = re.compile(r"^[-*( ]*([A-H])[.):*]+ +(\S.*)$")
_SAME_STEPS = "The same steps as in the entries lead from the new input to its output."
_TESTS = [("even", 0), *(("multiple_of", n) for n in (3, 4, 5)), *(("above", n) for n in range(10, 100, 5)),
          ("starts_with_vowel", 0), ("has_double_letter", 0), *(("longer_than", n) for n in range(2, 11))]  # fmt: skip


def completed(message: str, salt: Any) -> str | None:
    """The open entry of a page of examples, worked out like the others; None if there is no such page or no rule is found."""
    for style in (*LABELLED, *BRIEF):
        found = _read(message, style)
        if found and len(found[0]) > 1:
            worked = solved(*found)
            output = worked[1] if worked else found_again(*found)
            if output is not None:
                return _told(style, found[0], output, message, worked[0] if worked else _SAME_STEPS)
    return None


def found_again(examples: list[Example], query: str) -> str | None:
    """The query's output by the simplest rules that fit: one for all inputs, or two parted by a condition."""
    few = len({e.output for e in examples}) < 3
    if (found := inferred(examples, query, _worded(examples), longest=1)) is not None:
        return found
    outputs: set[str] = set()
    for when, n in _TESTS:
        case = Case.model_validate({"when": when, "n": n})
        try:
            sides = [[e for e in examples if case_holds(case, e.input) is side] for side in (True, False)]
            ours = sides[0] if case_holds(case, query) else sides[1]
        except Unfit:
            continue
        if min(map(len, sides)) > 1 and all(_one(side, query) is not None for side in sides):
            outputs.add(str(_one(ours, query)))
    if outputs or few:
        return outputs.pop() if len(outputs) == 1 else None
    return inferred(examples, query, _worded(examples))


def _one(examples: list[Example], query: str) -> str | None:
    """What examples of one kind say: the same output for all, or a rule of one step."""
    if len({e.output for e in examples}) == 1:
        return examples[0].output
    return inferred(examples, query, _worded(examples), longest=1) if len(examples) > 2 else None


def _worded(examples: list[Example]) -> Rule:
    """Texts that a rule could add, read off the outputs."""
    outputs = [e.output for e in examples]
    ends, starts = _shared([o[::-1] for o in outputs])[::-1], _shared(outputs)
    steps = [Step(op="suffix", text=ends)] if ends else []
    steps += [Step(op="prefix", text=starts)] if starts else []
    return Rule(kind="text", cases=[Case(steps=steps)])


def _shared(texts: list[str]) -> str:
    """What all the texts begin with."""
    first, last = min(texts), max(texts)
    same_letters = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[:same_letters]


def _read(message: str, style: Style) -> tuple[list[Example], str] | None:
    """The examples and the open input of a page in this style."""
    if style in BRIEF:
        return _rows(message, style)
    blocks = re.split(r"\n\s*\n", message)
    examples: list[Example] = []
    for block in blocks:
        lines = [line for line in block.splitlines() if not re.fullmatch(r"Example \d+", line)]
        parts = {name: line[len(label) :] for line in lines for name, label in _labels(style) if line.startswith(label)}
        if "input" in parts and "output" in parts:
            examples.append(Example(**parts))
        elif "input" in parts and examples:
            return examples, parts["input"]
    return None


def _options(message: str) -> list[re.Match[str]]:
    """The lettered lines of a choice; a page of questions has lines that begin with an A, and none with a B."""
    found: list[re.Match[str]] = []
    for line in message.splitlines():
        if m := _OPTION.match(line):
            found = [*found, m] if found and ord(m[1]) == ord(found[-1][1]) + 1 else [m]
    return found if len(found) > 1 else []


def _labels(style: Style) -> list[tuple[str, str]]:
    return [("input", style.input), ("reasoning", style.reasoning), ("output", style.output)]


def _rows(message: str, style: Style) -> tuple[list[Example], str] | None:
    body = message.partition(TABLE_HEAD)[2] if style.input else message
    examples: list[Example] = []
    for line in body.splitlines():
        row = line.strip().strip("|").strip() if style.input else line.strip()
        left, mark, right = row.partition(" | ") if style.input else row.partition(style.output)
        if mark and right.strip() == "?":
            return examples, left.strip()
        if mark:
            examples.append(Example(input=left.strip(), output=right.strip()))
    return None


def _told(style: Style, examples: list[Example], output: str, message: str, reason: str) -> str:
    """The output in the final form that the message asks for, with reasons unless it wants none."""
    letters = _options(message)
    if letters:
        right = [m[1] for m in letters if same_output(m[2], output)]
        output = right[0] if right else output
    if "and nothing else" in message:
        return output
    label = next(iter(re.findall(r"\"([^\"\n]{1,14}[:=])\"", message)), "Answer:")
    lead = style.reasoning if examples[0].reasoning and label != "Answer:" else ""
    return f"{lead}{reason}\n{label} {output}"
