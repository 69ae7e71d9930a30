"""Equations that an answer states, held against the calculator; what is not plain arithmetic is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from tasks.checks.conversions import slipped_conversions
from tasks.checks.measures import Measures, consistent
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
_SUPERSCRIPT = re.compile(r"(?<=\b10)[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SCIENTIFIC = re.compile(
    r"(?<![\w.^])(\d[\d,]*(?:\.\d+)?)(?: ?[x\u00d7*\u00b7\u22c5] ?10 ?(?:\^|\*\*) ?(?:\(([-\u2212+]?\d{1,3})\)"
    r"|\{([-\u2212+]?\d{1,3})\}"
    r"|([-\u2212+]?\d{1,3}))|[eE]([-+]?\d{1,2})\b)(?![\d.^])"
)
_SCALED_IN_WORDS = re.compile(r"\*10\^\d")
_TELLS = re.compile(
    r"(?<=[\w)%]) (?:leaves?|makes?|gives?|equals|comes to|yields|totals|works out (?:at|to)|is)"
    r"(?: (?:you|us|with|about|around|roughly|some|nearly|almost|just over|just under|close to))* (?=[$€£]? ?\d)"
)
_TOLD = re.compile(
    r"(?<=[\w)%]) (?:times|multiplied by|plus|minus|divided by) (?=[$€£(]? ?\d)|(?<=\d) ?[\u00d7\u00f7] ?(?=\d)"
)
_PERCENT = re.compile(
    r"(?<=\d) ?(?:percent|per cent|(?:(?:in|of|for|out of) (?:each |every |a |one )?|per |a )hundred)\b(?! ?age)", re.I
)
_UNIT = (
    r"(?!(?:x|of|or|and|to|is|are|sqrt|pi|e|mod|plus|minus|times)\b)[A-Za-z\u00b5\u03a9°]+(?:[²³]|\^\(?-?\d\)?)?"
    r"(?:/[A-Za-z]+(?:[²³]|\^\(?-?\d\)?)?)*\.?"
)
_UNITS = re.compile(
    rf"(?<=[\d)%])((?: ?-?{_UNIT})(?: {_UNIT}){{0,3}})(?=\s*(?:[-+*/\u00d7\u00f7\u00b7\u22c5\u2212\u2013]\s*\(*[\d\u221a]|"
    r"x \(*\d|\)*\s*\Z|\)\s*[-+*/\u00d7\u00f7\u00b7\u2212x]))"
)
_BARE_UNIT = re.compile(r"\s*\((?:[A-Za-z°%²³/ ]{1,20})\)(?=\s*(?:[-+*/\u00d7\u00f7\u2212]|\Z))")
_WORD_SIGNS = ((re.compile(r"(?<=[\w)%]) (?:times|multiplied by) (?=[\d(])"), " * "),
               (re.compile(r"(?<=[\w)%]) plus (?=[\d(])"), " + "),
               (re.compile(r"(?<=[\w)%]) minus (?=[\d(])"), " - "),
               (re.compile(r"(?<=[\w)%]) divided by (?=[\d(])"), " / "))  # fmt: skip
_PIECE = (
    r"(?:[\d\s.,()%!°\u221a\u03c0^*/+\u00d7\u00f7\u00b7\u22c5\u2212\u2013²³-]|sqrt|\bpi\b|(?<=[\d)%] )x(?= [\d(])"
    r"|(?<=\d)x(?=\d)"
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
_POWERED = re.compile(r"\([\d,]+(?:\.(\d+))?\*10\^\(?(?P<power>[-+]?\d+)\)?\)")
_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_REMAINDER = re.compile(r"\s*(?:R\s?\d|r\.?\s?\d|[\w ,]{0,20}\b(?:remainder|rem|left|over)\b)")
_GOES_ON = re.compile(r"\s*(?:[A-Za-z°]+\.?,?\s+(?:and\s+)?\d|and (?:a|one|two|three) |:|/|\u00b1|'|\"|\[|_)")
_ROUGH = "~"
"""An equals sign of an estimate: its right side may be rounded."""
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
    measures: Measures
    """The same with its units in it."""


def arithmetic(record: Record) -> str | None:
    """Rejects a conversation in which an assistant message states an equation that is wrong."""
    known = cache(lambda: _known(record))
    number = 0
    for message in record.messages:
        content = message.get("content")
        if message.get("role") != "assistant" or not isinstance(content, str):
            continue
        for equation in equations(content, rough=record.answer_form == "estimate"):
            number += 1
            said = equation.left + equation.sign + equation.right
            if not equation.holds and re.sub(r"\s", "", said) not in known():
                return f"equation {number} is wrong"
        slips = (said for line in working_lines(content) for said in slipped_conversions(line))
        if any(re.sub(r"\s", "", said) not in known() for said in slips):
            return "a conversion from one unit into another is a power of ten off"
    return None


def _known(record: Record) -> str:
    """What the passage and those who ask say, without spaces."""
    asked = "\n".join(str(m.get("content") or "") for m in record.messages if m.get("role") != "assistant")
    return re.sub(r"\s", "", asked + record.passage)


def equations(content: str, rough: bool = False) -> Iterator[Equation]:
    """Each equation of numbers that the text states, in signs or in words, left to right; in a rough one `=` may round."""
    for line in working_lines(content):
        if _TOLD.search(line):
            line = _TELLS.sub(" \u2248 ", line)
        if _SIDES.search(_ascii(line)):
            yield from _chain(line, rough)


def working_lines(content: str) -> Iterator[str]:
    """The lines that state something as so: without code, none that denies or supposes, nothing if it counts otherwise."""
    text = _CODE.sub(" . ", calm(content))
    if _OTHER_ARITHMETIC.search(text):
        return
    for line in _CONTINUES.sub(" ", _BREAK.sub("\n", text).replace("&", " ")).splitlines():
        line = LIST_MARK.sub("", line).strip(" \t>#|")
        if not _DENIED.search(line):
            yield line


def _ascii(text: str) -> str:
    return text.replace("\\approx", "\u2248")


def _chain(line: str, rough: bool) -> Iterator[Equation]:
    line = _SUPERSCRIPT.sub(lambda m: "^" + m[0].translate(_DIGITS), line)
    line = undressed(_BOLD_RESULT.sub(r"\2", _BOLD.sub(r"\2", _BOLD.sub(r"\2", line))))
    parts = _SIDES.split(line)
    sides, signs = parts[::2], parts[1::2]
    for i, sign in enumerate(signs):
        left, right = _left(sides[i], first=i == 0), _right(sides[i + 1])
        if left is None or right is None:
            continue
        worked = _WORKED.search(left.expression) or _WORKED.search(right.expression)
        converted = "%" in left.expression + right.expression and (i or not sides[0][: -len(left.expression)].strip())
        mixed = units_mixed(left.units, right.units) or left.measures.differs(right.measures)
        if not (worked or converted or (i and mixed)):
            continue
        holds = _holds(left, right, _ROUGH if rough and sign == "=" else sign, sides[i + 1]) or (
            mixed and _same_amount(left, right)
        )
        if not holds and (
            _scaled_otherwise(left, right)
            or (mixed and not consistent(left.measures, right.measures))
            or (left.units.strip(" ;") and _MONEY.search(sides[i + 1]) and _in_thousands(left, right))
        ):
            continue
        yield Equation(left.expression, sign, right.expression, holds)


def _scaled_otherwise(left: _Side, right: _Side) -> bool:
    """Whether only one side is in thousands or millions, which the other may leave out."""
    return bool(_SCALED_IN_WORDS.search(left.expression)) != bool(_SCALED_IN_WORDS.search(right.expression))


def _in_thousands(left: _Side, right: _Side) -> bool:
    """Whether an amount of money is a thousandth: watts were counted, and what a kilowatt costs stands with another unit."""
    return _near(left._replace(value=Fraction(left.value) / 1000), right, "\u2248")


def _same_amount(left: _Side, right: _Side) -> bool:
    """Whether the sides are one amount in different units, one of them rounded."""
    sizes = left.measures.size(), right.measures.size()
    if sizes[0] is None or sizes[1] is None or not left.value or not right.value:
        return False
    # Either side may be the rounded one, which shows its digits in its own unit.
    one = left._replace(value=sizes[0] * Fraction(right.value) / sizes[1] if sizes[1] else sizes[0])
    other = right._replace(value=sizes[1] * Fraction(left.value) / sizes[0] if sizes[0] else sizes[1])
    return _near(one, right, "\u2248") or _near(other, left, "\u2248")


def _left(text: str, first: bool) -> _Side | None:
    """The expression that ends the text, if it is whole."""
    text, units, measured = _unitless(text[-_LONGEST:].rstrip())
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
    return _side(stripped, units, measured, "")


def _right(text: str) -> _Side | None:
    """The expression that opens the text, if it is whole."""
    text, units, measured = _unitless(text[:_LONGEST].lstrip())
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
    return _side(stripped, f"{units} {unit[0] if unit else ''}", measured, unit[0].strip() if unit else "")


def _unitless(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """The text without units, currencies and scale words, the units, and each number that had one with its unit."""
    text = _SCIENTIFIC.sub(
        lambda m: f"({m[1]}*10^({next(filter(None, m.groups()[1:])).replace(chr(0x2212), '-')}))", text
    )
    text = _SCALED.sub(lambda m: f"({m[1]}*{_TENS[m[2].lower()]})", _MONEY.sub("", text))
    text = _PERCENT.sub("%", text)
    for pattern, instead in _WORD_SIGNS:
        text = pattern.sub(instead, text)
    found: list[str] = []
    measured: list[tuple[str, str]] = []

    def note(m: re.Match[str]) -> str:
        first = re.match(r" ?-?([A-Za-z])(?![A-Za-z²³/°])", m[1])
        if first and not known_unit(first[1]):  # a variable
            return m[0]
        found.append(m[1])
        number = re.search(r"(?:\([\d.,]+\*10\^\(?[-+]?\d+\)?\)|[\d.,]*\d)\Z", text[: m.start()])
        measured.append((number[0] if number else "", m[1].strip()))
        return ""

    return _BARE_UNIT.sub("", _UNITS.sub(note, text)), " ; ".join(found), measured


def _side(expression: str, units: str, measured: list[tuple[str, str]], unit: str) -> _Side | None:
    if not expression or _NO_ARITHMETIC.search(expression) or not re.search(r"\d", expression):
        return None
    try:
        return _Side(expression, evaluate(expression), units, Measures(expression, tuple(measured), unit))
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
    m = _PLAIN.fullmatch(shown.expression) or _POWERED.fullmatch(shown.expression)
    if not m:
        # An expression of rounded decimals, such as 0.333 x 6, is as close as the shortest of them.
        digits = min((len(_figures(n)) for n in re.findall(r"\d[\d,]*\.\d+", shown.expression)), default=0)
        return digits >= 3 and 2 * off * Fraction(10) ** (digits - 1) <= abs(value)
    decimals = len(m[1] or "")
    power = int(m["power"]) if m.re is _POWERED else 0
    unit = Fraction(10) ** (power - decimals - 2 * ("%" in shown.expression))
    figures = _figures(shown.expression.partition("*")[0])
    # Half a unit, and a hair for halves that were rounded from floats; 10/3 = 3 is no rounding but a slip.
    rounded = (decimals > 0 or len(figures) >= 2) and off <= unit * Fraction(51, 100)
    if rounded or sign == "=":
        return rounded
    zeros = 0 if decimals else len(figures) - len(figures.rstrip("0"))
    last = unit * Fraction(10) ** zeros
    most = min(last, abs(value) * Fraction(3, 10))
    return off <= (most * Fraction(51, 100) if sign == _ROUGH else max(most, abs(value) / 200))


def _figures(text: str) -> str:
    return re.sub(r"\D", "", text).lstrip("0")
