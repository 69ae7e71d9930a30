"""Equations that an answer states, held against the calculator; what is not plain arithmetic is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from tasks.records import Record
from tasks.text.amounts import known_unit, units_mixed
from tasks.text.formulas import undressed
from tasks.text.markdown import CODE_OR_ADDRESS
from tasks.text.plain import calm
from tasks.text.sentences import LIST_MARK
from tasks.tools.calculator import CalculatorError, Number, evaluate

_CODE = re.compile(CODE_OR_ADDRESS, re.S)
_OTHER_ARITHMETIC = re.compile(
    r"\b(?:binary|hexadecimal|octal|base[- ](?:\d+|two|eight|sixteen)|modulo|modular|mod \d+|xor|bitwise|strings?"
    r"|concatenat\w+)\b",
    re.I,
)
_DENIED = re.compile(
    r"\b(?:wrong\w*|incorrect\w*|mistak\w+|errors?|not|isn't|instead|rather than|should|claims?|claimed|false|would|if|suppose|"
    r"imagine|otherwise)\b|\u2260",
    re.I,
)
_SIDES = re.compile(r"(?<![=<>!:+*/-])(=|\u2248|\u2243|\u2245)(?![=>])")
_BOLD = re.compile(r"(?<![\w)])(\*\*|__|\*)(?=\S)([^*_\n]+?)\1(?![\w(])")
_BOLD_RESULT = re.compile(r"(?<=[=\u2248] )(\*\*|\*|__)([^*_\n]+?)\1")
_BREAK = re.compile(r"\\\\(?:\[[^\]\n]{0,10}\])?|\\(?:begin|end)\s*\{[^{}]*\}|(?<=[.!?]) (?=[A-Z])")
_CONTINUES = re.compile(r"[ \t]*\n\s*(?=[=\u2248])")

_MONEY = re.compile(r"(?:US|A|C)?\$|[€£¥]|\b(?:USD|EUR|GBP)\b ?")
_SCALED = re.compile(r"(?<![\w.])([\d.,]*\d) ?(thousand|million|billion|trillion)\b", re.I)
_TENS = {"thousand": "10^3", "million": "10^6", "billion": "10^9", "trillion": "10^12"}
_PERCENT = re.compile(r"(?<=\d) ?(?:percent|per cent)\b(?! ?age)", re.I)
_UNIT = (
    r"(?!(?:x|of|or|and|to|is|are|sqrt|pi|e|mod|plus|minus|times)\b)[A-Za-z\u00b5\u03a9°]+(?:[²³]|\^\(?-?\d\)?)?"
    r"(?:/[A-Za-z]+(?:[²³]|\^\(?-?\d\)?)?)*\.?"
)
_UNITS = re.compile(
    rf"(?<=[\d)%])((?: ?-?{_UNIT})(?: {_UNIT}){{0,3}})(?=\s*(?:[-+*/\u00d7\u00f7\u00b7\u22c5\u2212\u2013]\s*\(*[\d\u221a]|"
    r"x \(*\d|\)*\s*\Z|\)\s*[-+*/\u00d7\u00f7\u00b7\u2212x]))"
)
_BARE_UNIT = re.compile(r"\s*\((?:[A-Za-z°%²³/ ]{1,20})\)(?=\s*(?:[-+*/\u00d7\u00f7\u2212]|\Z))")
_WORD_SIGNS = ((re.compile(r"(?<=[\d)%]) (?:times|multiplied by) (?=[\d(])"), " * "),
               (re.compile(r"(?<=[\d)%]) plus (?=[\d(])"), " + "),
               (re.compile(r"(?<=[\d)%]) minus (?=[\d(])"), " - "),
               (re.compile(r"(?<=[\d)%]) divided by (?=[\d(])"), " / "))  # fmt: skip
_PIECE = (
    r"(?:[\d\s.,()%!°\u221a\u03c0^*/+\u00d7\u00f7\u00b7\u22c5\u2212\u2013²³-]|sqrt|\bpi\b|(?<=[\d)%] )x(?= [\d(])|(?<=\d)x(?=\d)"
    r"|(?<=%) ?of(?= )|(?<=/\d) of(?= \d))"
)
_ENDS = re.compile(rf"{_PIECE}+\Z")
_STARTS = re.compile(rf"{_PIECE}+")
_SIGN = re.compile(r"[-+*/^\u00d7\u00f7\u00b7\u22c5\u2212\u2013]")
_WORKED = re.compile(
    r"[\d)%!°²³\u03c0]\s*(?:[-+*/^\u00d7\u00f7\u00b7\u22c5\u2212\u2013x]|\*\*)\s*[-\u2212+(]*\s*(?:[\d.\u221a\u03c0(]|sqrt|pi)"
    r"|sqrt|\u221a|\d!|\bof\b"
)
_NO_ARITHMETIC = re.compile(
    r"(?<!\d)\d{1,2}/\d{1,2}/\d{2,4}(?!\d)|(?<!\d)\d{4}-\d{2}-\d{2}|\d\.\d+\.\d|(?<!\d)\d{3}-\d{3,4}(?:-\d{4})?(?!\d)"
)
_PLAIN = re.compile(r"[-+\u2212]?(?:\d[\d,]*)?(?:\.(\d+))?\s*%?")
_REMAINDER = re.compile(r"\s*(?:R\s?\d|r\.?\s?\d|[\w ,]{0,20}\b(?:remainder|rem|left|over)\b)")
_GOES_ON = re.compile(r"\s*(?:[A-Za-z°]+\.?,?\s+(?:and\s+)?\d|and (?:a|one|two|three) |:|/|\u00b1|'|\"|\[|_)")
_LONGEST = 240


class Equation(NamedTuple):
    left: str
    sign: str
    right: str
    holds: bool


class _Side(NamedTuple):
    expression: str
    value: Number
    units: str


def arithmetic(record: Record) -> str | None:
    """Rejects a conversation in which an assistant message states an equation that is wrong."""
    shown = "\n".join(str(m.get("content") or "") for m in record.messages if m.get("role") != "assistant")
    known = re.sub(r"\s", "", shown + record.passage)
    number = 0
    for message in record.messages:
        content = message.get("content")
        if message.get("role") != "assistant" or not isinstance(content, str) or not _SIDES.search(_ascii(content)):
            continue
        for equation in equations(content):
            number += 1
            said = equation.left + equation.sign + equation.right
            if not equation.holds and re.sub(r"\s", "", said) not in known:
                return f"equation {number} is wrong"
    return None


def equations(content: str) -> Iterator[Equation]:
    """Each equation of plain numbers that the text states, left to right."""
    text = _CODE.sub(" . ", calm(content))
    if _OTHER_ARITHMETIC.search(text):
        return
    text = _CONTINUES.sub(" ", _BREAK.sub("\n", text).replace("&", " "))
    for line in text.splitlines():
        line = LIST_MARK.sub("", line).strip(" \t>#|")
        if _SIDES.search(_ascii(line)) and not _DENIED.search(line):
            yield from _chain(line)


def _ascii(text: str) -> str:
    return text.replace("\\approx", "\u2248")


def _chain(line: str) -> Iterator[Equation]:
    line = undressed(_BOLD_RESULT.sub(r"\2", _BOLD.sub(r"\2", _BOLD.sub(r"\2", line))))
    parts = _SIDES.split(line)
    sides, signs = parts[::2], parts[1::2]
    for i, sign in enumerate(signs):
        left, right = _left(sides[i], first=i == 0), _right(sides[i + 1])
        if left is None or right is None:
            continue
        worked = _WORKED.search(left.expression) or _WORKED.search(right.expression)
        converted = "%" in left.expression + right.expression and (i or not sides[0][: -len(left.expression)].strip())
        scaled = ["*10^" in side.expression for side in (left, right)]
        if not (worked or converted) or scaled[0] != scaled[1] or units_mixed(left.units, right.units):
            continue
        holds = _holds(left, right, sign, sides[i + 1])
        yield Equation(left.expression, sign, right.expression, holds)


def _left(text: str, first: bool) -> _Side | None:
    """The expression that ends the text, if it is whole."""
    text, units = _unitless(text[-_LONGEST:].rstrip())
    m = _ENDS.search(text)
    if not m or not m[0].strip():
        return None
    before = text[: m.start()]
    piece = m[0]
    cut = max(piece.rfind(". "), piece.rfind(", "), piece.rfind("! "))
    if cut >= 0 and not re.search(r"[-+*/\u00d7\u00f7\u2212]\s*\Z", piece[:cut]):
        before, piece = before + piece[: cut + 1], piece[cut + 1 :]
    while piece.count("(") > piece.count(")") and "(" in piece:
        at = piece.index("(")
        before, piece = before + piece[: at + 1], piece[at + 1 :]
    before += piece[: len(piece) - len(piece.lstrip())]
    before = before.rstrip(" (") + " " if before.rstrip().endswith("(") else before
    stripped = piece.strip().strip(",.").strip()
    if _SIGN.match(stripped) and not re.match(r"[-\u2212]\d", stripped):
        return None
    if re.match(r"[-\u2212]\d", stripped) and before.strip() and not before.rstrip().endswith((":", ",", "(")):
        return None
    # A letter, a power or a colon just before makes this the end of something else.
    if before and (
        re.search(r"(?:[\w^_:/.'\"\\<>|)\u00b1~\]}])\Z", before)
        or re.search(r"[-+*/^\u00d7\u00f7\u2212\u00b1]\s*\Z", before)
    ):
        return None
    if re.search(r"(?:\\\w+|(?<!\w)(?!a\b|A\b|I\b)[A-Za-z])\s*\Z", before):
        return None
    return _side(stripped, units)


def _right(text: str) -> _Side | None:
    """The expression that opens the text, if it is whole."""
    text, units = _unitless(text[:_LONGEST].lstrip())
    m = _STARTS.match(text)
    if not m or not m[0].strip():
        return None
    after, piece = text[m.end() :], m[0]
    for mark in (", ", ". ", "! "):
        if mark in piece:
            piece, _, rest = piece.partition(mark)
            after = mark + rest + after
    while piece.count("(") > piece.count(")"):
        piece, bracket, rest = piece.rpartition("(")
        if piece and not piece.endswith(" "):
            return None
        after = bracket + rest + after
    while piece.count(")") > piece.count("("):
        piece, bracket, rest = piece.rpartition(")")
        after = bracket + rest + after
    stripped = piece.strip().rstrip(",.").strip()
    if re.search(r"[-+*/^\u00d7\u00f7\u00b7\u22c5\u2212\u2013]\Z", stripped):
        return None
    if re.match(r"[A-Za-z](?![A-Za-z])", after) and not piece.endswith(" ") and not known_unit(after[0]):
        return None
    if (
        _GOES_ON.match(after)
        or re.match(r"\s*[A-Za-z](?![A-Za-z/.])\s*[-+*/^=\u00d7\u2212]", after)
        or after.startswith("\\")
    ):
        return None
    unit = re.match(rf"\s*(?:{_UNIT})", after)
    return _side(stripped, f"{units} {unit[0] if unit else ''}")


def _unitless(text: str) -> tuple[str, str]:
    """The text without units, currencies and scale words, and the units."""
    text = _SCALED.sub(lambda m: f"({m[1]}*{_TENS[m[2].lower()]})", _MONEY.sub("", text))
    text = _PERCENT.sub("%", text)
    for pattern, instead in _WORD_SIGNS:
        text = pattern.sub(instead, text)
    found: list[str] = []

    def note(m: re.Match[str]) -> str:
        first = re.match(r" ?-?([A-Za-z])(?![A-Za-z²³/°])", m[1])
        if first and not known_unit(first[1]):  # a variable
            return m[0]
        found.append(m[1])
        return ""

    return _BARE_UNIT.sub("", _UNITS.sub(note, text)), " ; ".join(found)


def _side(expression: str, units: str) -> _Side | None:
    if not expression or _NO_ARITHMETIC.search(expression) or not re.search(r"\d", expression):
        return None
    try:
        return _Side(expression, evaluate(expression), units)
    except CalculatorError:
        return None


def _holds(left: _Side, right: _Side, sign: str, after: str) -> bool:
    if _near(left, right, sign) or _near(right, left, sign):
        return True
    # "12 / 25 x 100 = 48 %", "50 + 10 % = 55" and "2019-2024 = 5 years" say what they mean well enough.
    if "%" in left.expression + right.expression:
        signed = _SIGN.search(re.sub(r"^[-\u2212]", "", left.expression)) and re.search(r"[-+\u2212]", left.expression)
        hundredfold = (
            left._replace(value=Fraction(left.value) * factor) for factor in (Fraction(1, 100), Fraction(100))
        )
        return bool(signed) or any(_near(side, right, sign) for side in hundredfold)
    if re.fullmatch(r"(?:1[5-9]|20)\d\d ?[-\u2212\u2013] ?(?:1[5-9]|20)\d\d", left.expression):
        return abs(Fraction(left.value)) == abs(Fraction(right.value))
    whole = re.search(r"[/\u00f7]", left.expression) is not None
    return (
        whole
        and Fraction(right.value) == Fraction(left.value) // 1
        and bool(_REMAINDER.match(after.partition(right.expression)[2]))
    )


def _near(exact: _Side, shown: _Side, sign: str) -> bool:
    """Whether the shown side is the exact one, rounded to the digits that it shows."""
    value, other = Fraction(exact.value), Fraction(shown.value)
    off = abs(value - other)
    if off <= abs(value) * Fraction(1, 10**9):
        return True
    m = _PLAIN.fullmatch(shown.expression)
    if not m:
        # An expression of rounded decimals, such as 0.333 x 6, is as close as the shortest of them.
        digits = min((len(_figures(n)) for n in re.findall(r"\d[\d,]*\.\d+", shown.expression)), default=0)
        return digits >= 3 and 2 * off * Fraction(10) ** (digits - 1) <= abs(value)
    decimals = len(m[1] or "")
    unit = 1 / Fraction(10) ** (decimals + 2 * ("%" in shown.expression))
    figures = _figures(shown.expression)
    if sign == "=":
        # Half a unit, and a hair for halves that were rounded from floats; 10/3 = 3 is no rounding but a slip.
        return (decimals > 0 or len(figures) >= 2) and off <= unit * Fraction(51, 100)
    zeros = 0 if decimals else len(figures) - len(figures.rstrip("0"))
    return off <= max(unit * Fraction(10) ** zeros, abs(value) / 200)


def _figures(text: str) -> str:
    return re.sub(r"\D", "", text).lstrip("0")
