"""Options as authors give them, whatever the form of the answer: their letters, and what is wrong with them."""

from __future__ import annotations

import re
from string import ascii_uppercase

from tasks.text.plain import plain
from tasks.text.words import bare

OPTION_LETTERS = "ABCDEFGH"
"""The letters of options and items, by their places."""
_LETTERED = re.compile(r"\s*(?:[(\[]?([A-Ha-h])[)\]:]+(?:\s|$)|(?:option|choice)\s+([A-H])\b)")
_DOTTED = re.compile(r"\s*([A-Ha-h])\.\s")
_OWN_LETTER = re.compile(r"^\s*(?:\(?([A-Z])[.):]|([A-Z]) [-–])\s+")


def drop_letters(options: list[str]) -> list[str]:
    """Options without the letters that models like to put before them, if all have them in order."""
    letters = [_OWN_LETTER.match(option) for option in options]
    if all(m and (m[1] or m[2]) == letter for m, letter in zip(letters, ascii_uppercase, strict=False)):
        return [option[m.end() :] for option, m in zip(options, letters, strict=True) if m]
    return options


def carry_letters(options: list[str]) -> bool:
    """Whether options begin with letters of their own."""
    # One "A. Smith" is a name; two options that carry the letters of their places are not.
    own = [m[1].upper() == OPTION_LETTERS[i] for i, o in enumerate(options[:8]) if (m := _DOTTED.match(o))]
    return any(_LETTERED.match(o) for o in options) or sum(own) >= 2


def text_fault(options: list[str]) -> str | None:
    """What is wrong with the texts of options: one is empty, or two say the same; None if nothing is."""
    said = [bare(o) or plain(o) for o in options]
    if not all(said):
        return "an empty option"
    # Options may differ only in signs or articles ("-5" and "5", "a whale" and "the whale").
    return (
        "two options say the same"
        if len({plain(o).strip(" .;,") for o in options}) < len(options) or _twice(said, options)
        else None
    )


def _twice(said: list[str], options: list[str]) -> bool:
    symbols = re.compile(r"[^\w\s.,;:'\"!?()]")
    return len({(s, "".join(symbols.findall(o))) for s, o in zip(said, options, strict=True)}) < len(said)
