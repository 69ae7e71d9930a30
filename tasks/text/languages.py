"""Which language a text is in, recognised where there is enough prose for certainty, and languages by their names."""

from __future__ import annotations

import re
import threading
from functools import cache, lru_cache
from typing import Any

from tasks.text.sentences import sentences

MIN_WORDS = 20
"""Words of prose below which nothing is said about a language."""
SURE = 0.8
"""Probability above which a language counts as recognised."""
_PART_SURE = 0.5
_ENOUGH = 1500
"""Characters of prose that are looked at: more make the answer no surer."""
_LOADING = threading.Lock()
_NOTHING = "zxx"
"""What the model calls a text that is in no language."""

_NAMES = """
    afrikaans:af albanian:sq arabic:ar armenian:hy azerbaijani:az basque:eu belarusian:be bengali:bn bosnian:bs
    bulgarian:bg burmese:my cantonese:zh catalan:ca chinese:zh croatian:hr czech:cs danish:da dutch:nl english:en
    esperanto:eo estonian:et farsi:fa filipino:tl finnish:fi french:fr galician:gl georgian:ka german:de greek:el
    gujarati:gu hausa:ha hebrew:he hindi:hi hungarian:hu icelandic:is igbo:ig indonesian:id irish:ga italian:it
    japanese:ja javanese:jv kannada:kn kazakh:kk khmer:km korean:ko kurdish:ku kyrgyz:ky lao:lo latin:la
    latvian:lv lithuanian:lt macedonian:mk malay:ms malayalam:ml maltese:mt mandarin:zh marathi:mr mongolian:mn
    nepali:ne norwegian:no pashto:ps persian:fa polish:pl portuguese:pt punjabi:pa romanian:ro russian:ru
    sanskrit:sa serbian:sr sinhala:si slovak:sk slovene:sl slovenian:sl somali:so spanish:es swahili:sw swedish:sv
    tagalog:tl tajik:tg tamil:ta telugu:te thai:th turkish:tr turkmen:tk ukrainian:uk urdu:ur uzbek:uz
    vietnamese:vi welsh:cy xhosa:xh yoruba:yo zulu:zu
"""
_CODES = {name: code for name, code in (pair.split(":") for pair in _NAMES.split())}
_OF_LANGUAGE = re.compile(
    r"\btranslat|\btransliterat|\blanguages?\b|\bdialect|\bscript\b|\balphabet|\bcode.?switch", re.I
)
_NAMED = re.compile(
    rf"\b(?:in|into|to|from|of|between|and|or|speaks?|write|read|every|your) (?:[a-z-]+ ){{0,2}}?({'|'.join(_CODES)})\b"
    r"(?! (?:window|door|press|bread|cheese|food|cuisine|car|company|firm|port|coast|border|people|farmer|team|flag)s?\b)",
    re.I,
)
# Written so much alike that a program tells them apart too badly to reject anything for it.
_KIN = {"nb": "no", "nn": "no", "da": "no", "bs": "hr", "sr": "hr", "sh": "hr", "ms": "id", "xh": "zu"}
_NO_PROSE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|\$\$.*?\$\$|https?://\S+|<[^<>\n]{1,80}>|^[ \t]*(?:>|\|).*$"
    r"|“[^”]{2,600}”|«[^»]{2,600}»|„[^“”]{2,600}[“”]|(?<!\w)\"[^\"\n]{2,600}\"(?!\w)",
    re.S | re.M,
)
_WORD = re.compile(r"[^\W\d_]\S*")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Signs of scripts that put no space between words."""


def language_code(name: str) -> str | None:
    """The code of a language given by its English name, with or without a variety ("Brazilian Portuguese"), or by code."""
    said: list[str] = re.findall(r"[a-z]+", name.lower())
    if len(said) == 1 and said[0] in _CODES.values():
        return said[0]
    return next((_CODES[w] for w in reversed(said) if w in _CODES), None)


def languages_named(text: str) -> frozenset[str]:
    """The codes of the languages that a text in English names as ones to write, speak or translate."""
    return frozenset(_CODES[name.lower()] for name in _NAMED.findall(text))


def asks_language(text: str) -> bool:
    """Whether an instruction speaks of the language or script of what is to be written."""
    return bool(_OF_LANGUAGE.search(text) or _NAMED.search(text))


def same_language(one: str, other: str) -> bool:
    """Whether two codes are one language, or such close kin that they are not told apart."""
    return _KIN.get(one, one) == _KIN.get(other, other)


@lru_cache(maxsize=256)
def language_of(text: str, least: int = MIN_WORDS) -> str | None:
    """The code of the language that a text is written in; None if it is short, mixed or unsure.

    Code, addresses, tables and what stands in quotes do not count.
    """
    prose = _NO_PROSE.sub(" ", text[: 4 * _ENOUGH])[:_ENOUGH]
    said = _WORD.findall(prose)
    # Names alone say nothing about a language.
    if _length(prose) < max(least, 5) or sum(1 for w in said if not w[0].isupper()) < 0.4 * len(said):
        return None
    found, sure = _best(prose)
    if sure < SURE or found == _NOTHING:
        return None
    parts = _parts(prose)
    agree = sum(len(p) for p in parts if _agrees(p, found))
    return found if agree >= 0.75 * sum(map(len, parts)) else None


def _length(prose: str) -> int:
    return len(_WORD.findall(prose)) + len(_UNSPACED.findall(prose)) // 2


def _best(prose: str) -> tuple[str, float]:
    """The likeliest language and its probability, that of its close kin included."""
    load_languages()  # once, whichever thread comes first
    ranked: list[tuple[str, float]] = _identifier().rank(prose)
    best = ranked[0][0]
    return best, sum(p for name, p in ranked if same_language(name, best))


def _agrees(part: str, found: str) -> bool:
    other, sure = _best(part)
    return other == _NOTHING or sure < _PART_SURE or same_language(other, found)


def _parts(prose: str) -> list[str]:
    """Pieces of some sentences each, long enough to tell a language."""
    parts = [""]
    for sentence in sentences(prose):
        parts[-1] = f"{parts[-1]} {sentence}".strip()
        if _length(parts[-1]) >= MIN_WORDS:
            parts.append("")
    return [p for p in parts if p] or [prose]


def load_languages() -> None:
    """Load what tells languages apart, which takes most of a second, before it is first asked."""
    with _LOADING:
        _identifier()


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(sorted({*_CODES.values(), _NOTHING} & set(found.labels)))
    found._full_model = ()  # 28 MB, for languages that will not be set again
    return found
