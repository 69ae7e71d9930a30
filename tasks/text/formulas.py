"""Written mathematics as an expression for the calculator: LaTeX, signs and units made plain."""

from __future__ import annotations

import re

_DRESS = re.compile(
    r"\\(?:left|right|displaystyle|,|;|:|!|>| |quad|qquad|limits|bigg?[lr]?|Bigg?[lr]?)(?![A-Za-z])|\\[()\[\]]|\$(?!\s*\d)|~"
)
_WRAPPED = re.compile(r"\\(?:boxed|fbox|mathbf|boldsymbol|bm|mathrm|displaystyle|underline|mathit)\s*\{([^{}]*)\}")
_UNIT_TEXT = re.compile(r"\\(?:text|textrm|textbf|mbox|operatorname|hbox)\s*\{([^{}]{0,60})\}")
_MIXED = re.compile(r"(?<![\d.^}])(\d{1,6})\s*\\[dtc]?frac\s*\{(\d{1,6})\}\s*\{(\d{1,6})\}")
_MIXED_PLAIN = re.compile(r"(?<![\d.,/^)])(?<![\d)]\s)(\d{1,6})[ \u00a0](\d{1,4})/(\d{1,4})(?![\d/.,]*\d)")
_SHORT_FRACTION = re.compile(r"\\[dtc]?frac\s*(\d)\s*(\d)")
_FRACTION = re.compile(r"\\[dtc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\[([^\[\]{}]{1,10})\]\s*\{([^{}]*)\}")
_SQUARE_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_SHORT_ROOT = re.compile(r"\\sqrt\s*(\d)")
_CHOICE = re.compile(r"\\[dt]?binom\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_POWER = re.compile(r"\^\s*\{([^{}]*)\}")
_DEGREE = re.compile(r"\^\s*\{?\s*\\circ\s*\}?|\\degree\b")
_COMMANDS = (
    (re.compile(r"\\(?:times|cdot|ast)(?![A-Za-z])"), "*"),
    (re.compile(r"\\div(?![A-Za-z])"), "/"),
    (re.compile(r"\\(?:approx|simeq|doteq)(?![A-Za-z])"), "\u2248"),
    (re.compile(r"\\pi(?![A-Za-z])"), " pi "),
    (re.compile(r"\\(sin|cos|tan|ln|log|exp|min|max|gcd)(?![A-Za-z])"), r" \1 "),
    (re.compile(r"\\([%$&#_])"), r"\1"),
)
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅕": "1/5", "⅜": "3/8", "⅝": "5/8"}
_VULGARS = re.compile(rf"(\d*)([{''.join(_VULGAR)}])")
_ROUNDS = 12
"""Levels of nested fractions and roots that are unwrapped."""


def undressed(text: str) -> str:
    """LaTeX as an expression: fractions, roots and powers in brackets, signs in ASCII, spacing commands gone."""
    text = _VULGARS.sub(lambda m: f"({m[1] or 0}+{_VULGAR[m[2]]})", text) if not text.isascii() else text
    text = text.replace("\\text{%}", "%").replace("{,}", ",").replace("\\,", "").replace("\\!", "")
    text = _MIXED_PLAIN.sub(r"(\1+\2/\3)", text)
    if "\\" in text or "^" in text:
        text = _MIXED.sub(r"(\1+\2/\3)", _DEGREE.sub("\u00b0", text))
        for pattern, instead in _COMMANDS:
            text = pattern.sub(instead, text)
        text = _SHORT_ROOT.sub(r"sqrt(\1)", _SHORT_FRACTION.sub(r"(\1/\2)", _UNIT_TEXT.sub(r" \1 ", text)))
        for _ in range(_ROUNDS):
            before = text
            text = _CHOICE.sub(r"comb(\1, \2)", _POWER.sub(r"^(\1)", text))
            text = _SQUARE_ROOT.sub(r"sqrt(\1)", _ROOT.sub(r"((\2)^(1/(\1)))", text))
            text = _WRAPPED.sub(r"\1", _FRACTION.sub(r"((\1)/(\2))", text))
            if text == before:
                break
    return _DRESS.sub(" ", text)
