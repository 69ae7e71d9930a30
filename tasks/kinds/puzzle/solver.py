"""The answer of a puzzle that is given as data."""

from __future__ import annotations

import re
from string import ascii_uppercase

from tasks.kinds.puzzle.arrangement import Arrangement, Choice
from tasks.kinds.puzzle.asking import answered
from tasks.kinds.puzzle.contract import Formal
from tasks.kinds.puzzle.counting import continued, solve_numbers
from tasks.kinds.puzzle.journeys import travelled
from tasks.kinds.puzzle.statements import IllPosed, folded


def offered_choices(formal: Formal) -> list[str]:
    """The texts of the choices, if the data hold them."""
    arrangement = formal.arrangement
    offered: list[Choice] = arrangement.choices if isinstance(arrangement, Arrangement) else []
    return [choice.words.strip() for choice in offered]


def solved(formal: Formal, form: str, options: list[str]) -> list[str]:
    """The key in the answer form, with the options in the order given; raises IllPosed where there is not exactly one."""
    if formal.model == "arrangement" and formal.arrangement:
        return answered(formal.arrangement, form, options)
    if formal.model == "numbers" and formal.numbers:
        figure = solve_numbers(formal.numbers)
    elif formal.model == "sequence" and formal.sequence:
        figure = continued(formal.sequence)
    elif formal.model == "journey" and formal.journey:
        figure = travelled(formal.journey)
    else:
        raise IllPosed("malformed", "the data do not hold the model that they name")
    if form == "number":
        return [figure]
    if form == "option":
        return _option(figure, options)
    raise IllPosed("wrong_form", f"a number is no answer in the form {form}")


def _option(figure: str, options: list[str]) -> list[str]:
    """The letter of the option that gives this number and no other."""
    right = [
        letter
        for letter, text in zip(ascii_uppercase, options, strict=False)
        if re.findall(r"(?<![\w.,/])-?\d+(?:/\d+)?(?![\w/]|[.,]\d)", text.replace("\u2212", "-")) == [figure]
    ]
    if len(right) != 1:
        raise IllPosed("several_right_options" if right else "no_right_option", f"{len(right)} options give the number")
    return right


__all__ = ["Formal", "IllPosed", "folded", "offered_choices", "solved"]
