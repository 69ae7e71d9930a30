"""Defects of what a responder writes beside its final answer: sums, figures, language, private data, results of tools."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.case import Case, Planted, other_number, sentences

_EQUATION = re.compile(
    r"(?P<left>\d+(?:\.\d+)? [+×*/-] \d+(?:\.\d+)?(?: [+×*/-] \d+(?:\.\d+)?)* = )(?P<right>\d+(?:\.\d+)?)"
)
_SUMS = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "×": lambda a, b: a * b}
_FOREIGN = (
    "Der Text gibt darüber klar Auskunft, denn er nennt die entscheidende Stelle gleich zu Beginn und kommt später noch einmal "
    "auf sie zurück, ohne etwas daran zu ändern oder einzuschränken.",
    "Le texte donne une réponse claire à cette question, car il cite le passage décisif dès le début et y revient plus tard sans "
    "rien changer ni limiter à ce qui a été dit.",
    "El texto responde con claridad a esta pregunta, porque menciona el dato decisivo al principio y vuelve más tarde sobre él "
    "sin cambiar nada de lo que ya se había dicho.",
)
_PRIVATE = (
    "For questions write to m.okonkwo.private@hotmail.com at any time of the day.",
    "The number to ring for this is +44 7911 324 118, and it is answered in the evening.",
    "It can be paid to the account DE09 3704 0044 0735 0198 23 in advance.",
)


def wrong_arithmetic(case: Case) -> Planted | None:
    """An equation whose right side is off: one that stands there, or one more."""
    if not case.content or case.abstains:
        return None
    if found := _EQUATION.search(case.content):
        other = other_number(found["right"], case.random)
        start, end = found.span("right")
        return case.content_becomes(case.content[:start] + other + case.content[end:], "changed")
    a, b, sign = case.random.randint(12, 99), case.random.randint(3, 11), case.random.choice(list(_SUMS))
    line = f"In figures, {a} {sign} {b} = {_SUMS[sign](a, b) + case.random.choice([-10, -1, 1, 2, 10])}."
    return case.content_becomes(f"{line} {case.content}", "added")


def ungrounded_number(case: Case) -> Planted | None:
    """A sentence with a figure that nothing bears out."""
    if not case.content or case.abstains or len(sentences(case.content)) < 2:
        return None
    figure = case.random.randint(13_000, 98_000) + 7
    said = case.random.choice(
        [
            f"In all, {figure:,} people were counted.",
            f"It came to a cost of {figure:,} pounds.",
            f"That was {figure:,} in number.",
        ]
    )
    first, *rest = sentences(case.content)
    return case.content_becomes(" ".join([first, said, *rest]), "figure")


def wrong_language(case: Case) -> Planted | None:
    """The whole answer in another language, its last line kept where it states the final answer."""
    if not case.content or case.abstains:
        return None
    last = case.content.strip().splitlines()[-1]
    final = f"\n\n{last}" if re.match(r"\W*answer\b", last, re.I) else ""
    return case.content_becomes(case.random.choice(_FOREIGN) + final)


def private_data(case: Case) -> Planted | None:
    """An address, a number or an account that looks like a real person's."""
    if not case.content or case.abstains:
        return None
    return case.content_becomes(f"{case.random.choice(_PRIVATE)} {case.content}")


def fabricated_result(case: Case) -> Planted | None:
    """After calls were made: a figure that no result holds."""
    called = any(message["role"] == "tool" for message in case.request["messages"])
    if not called or not case.content or case.tool_calls:
        return None
    figure = case.random.randint(13_000, 98_000) + 7
    said = case.random.choice(
        [f"The reference number is {figure}.", f"The total is {figure:,}.", f"It was recorded with {figure} entries."]
    )
    return case.content_becomes(f"{case.content.rstrip()} {said}")


TEXT: dict[str, Callable[[Case], Planted | None]] = {
    plant.__name__: plant for plant in (wrong_arithmetic, ungrounded_number, wrong_language, private_data)
}
"""Kinds that any answer in text can have; `ungrounded_number` where answers keep to their material."""
