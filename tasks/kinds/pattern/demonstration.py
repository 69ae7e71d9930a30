"""Examples laid out for a reader, with the new input as the last and unfinished one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tasks.kinds.pattern.contract import Example, Pattern
from tasks.records import Record


@dataclass(frozen=True)
class Style:
    """How one example is written: a label for each of its parts, or a line with an arrow."""

    input: str
    reasoning: str
    output: str
    head: str = ""
    """A line above each example, with its number."""


LABELLED = (
    Style("Input: ", "Reasoning: ", "Output: "),
    Style("Q: ", "Thoughts: ", "A: "),
    Style("Given: ", "Because: ", "Result: "),
    Style("input = ", "reasoning = ", "output = "),
    Style("**Input:** ", "**Reasoning:** ", "**Output:** "),
    Style("Input: ", "Reasoning: ", "Output: ", head="Example {number}"),
    Style("> ", "Steps: ", "Answer: "),
)
BRIEF = (Style("", "", " => "), Style("", "", " -> "), Style("| ", "", " | "))
"""For examples without reasoning, one a line."""
STYLES = (*LABELLED, *BRIEF)
TABLE_HEAD = "| Input | Output |\n| --- | --- |"


_REASONED = (
    'Reason in the manner of the entries; then a last line that begins with "{label}" and holds {what}.',
    'Show your steps as the entries do. The last line is "{label}" and {what}.',
    'First the reasoning, in the form that you see; then, on a last line after "{label}", {what}.',
)
_UNREASONED = (
    ("Give {what} and nothing else.", "bare"),
    (
        'Say in a sentence or two what you noticed; then a last line that begins with "{label}" and holds {what}.',
        "bare",
    ),
    ('End with a line that begins with "{label}" and holds {what}.', "last"),
)


def style_for(pattern: Pattern, draw: Random) -> int:
    """The number of a drawn style that shows all there is to show."""
    whole = "\n".join(e.input + e.output for e in pattern.examples) + pattern.query
    brief = not any(e.reasoning for e in pattern.examples) and not any(
        mark in whole for mark in ("\n", "|", "->", "=>")
    )
    return draw.randrange(len(STYLES) if brief else len(LABELLED))


def in_drawn_order(pattern: Pattern, draw: Random) -> list[Example]:
    """The examples in a drawn order, unless their order matters."""
    return pattern.examples if pattern.ordered else draw.sample(pattern.examples, len(pattern.examples))


def final_form(pattern: Pattern, style: int, form: str, draw: Random) -> tuple[str, str]:
    """The sentence that says how the answer ends, and its shape; it asks for reasons exactly where the examples show theirs.

    Where it says itself how much is to be told beside the output, its shape is bare: no way to think may ask for more.
    """
    how, reasons = STYLES[style % len(STYLES)], any(e.reasoning for e in pattern.examples)
    what = {"option": "the letter of your choice", "number": "the number"}.get(form, "the output alone")
    label = "Answer:" if form in ("option", "number") or how in BRIEF else how.output.strip(" *")
    if reasons:
        return draw.choice(_REASONED).format(label=label, what=what), "bare"
    text, shape = draw.choice(_UNREASONED)
    return text.format(label=label, what=what), shape


def gives_reasons(record: Record) -> bool:
    """Whether the examples show how their outputs come about."""
    return any(str(example.get("reasoning") or "").strip() for example in record.formal.get("examples") or [])


def show_examples(record: Record) -> str:
    """The examples of a record's task as the student sees them."""
    return laid_out(Pattern.model_validate(record.formal), record.formal.get("style", 0))


def laid_out(pattern: Pattern, style: int) -> str:
    """The examples in their order, and the query with its output left open."""
    how = STYLES[style % len(STYLES)]
    if how in BRIEF:
        rows = [*((e.input, e.output) for e in pattern.examples), (pattern.query, "?")]
        if how.input:
            return "\n".join([TABLE_HEAD, *(f"| {left} | {right} |" for left, right in rows)])
        return "\n".join(f"{left}{how.output}{right}" for left, right in rows)
    heads = [how.head.format(number=n) for n in range(1, len(pattern.examples) + 2)]
    reasons = any(e.reasoning for e in pattern.examples)
    blocks = [_block(how, e, head) for e, head in zip(pattern.examples, heads, strict=False)]
    opening = [heads[-1], f"{how.input}{pattern.query}", (how.reasoning if reasons else how.output).rstrip()]
    return "\n\n".join([*blocks, "\n".join(line for line in opening if line)])


def _block(how: Style, example: Example, head: str) -> str:
    reason = f"{how.reasoning}{example.reasoning}" if example.reasoning else ""
    lines = [head, f"{how.input}{example.input}", reason, f"{how.output}{example.output}"]
    return "\n".join(line for line in lines if line)
