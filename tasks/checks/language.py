"""The language of an answer: recognised where there is enough prose for certainty, compared with the one asked for."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from tasks.checks.normal import calm, plain, sentences
from tasks.checks.response import ASKS_LANGUAGE
from tasks.records import Record

MIN_WORDS = 20
"""Words of prose below which nothing is said about a language."""
SURE = 0.8
"""Probability above which a language counts as recognised."""
_PART_SURE = 0.5

_CODES = {
    "afrikaans": "af",
    "albanian": "sq",
    "arabic": "ar",
    "armenian": "hy",
    "azerbaijani": "az",
    "basque": "eu",
    "belarusian": "be",
    "bengali": "bn",
    "bosnian": "bs",
    "bulgarian": "bg",
    "burmese": "my",
    "cantonese": "zh",
    "catalan": "ca",
    "chinese": "zh",
    "croatian": "hr",
    "czech": "cs",
    "danish": "da",
    "dutch": "nl",
    "english": "en",
    "esperanto": "eo",
    "estonian": "et",
    "farsi": "fa",
    "filipino": "tl",
    "finnish": "fi",
    "french": "fr",
    "galician": "gl",
    "georgian": "ka",
    "german": "de",
    "greek": "el",
    "gujarati": "gu",
    "hausa": "ha",
    "hebrew": "he",
    "hindi": "hi",
    "hungarian": "hu",
    "icelandic": "is",
    "igbo": "ig",
    "indonesian": "id",
    "irish": "ga",
    "italian": "it",
    "japanese": "ja",
    "javanese": "jv",
    "kannada": "kn",
    "kazakh": "kk",
    "khmer": "km",
    "korean": "ko",
    "kurdish": "ku",
    "kyrgyz": "ky",
    "lao": "lo",
    "latin": "la",
    "latvian": "lv",
    "lithuanian": "lt",
    "macedonian": "mk",
    "malay": "ms",
    "malayalam": "ml",
    "maltese": "mt",
    "mandarin": "zh",
    "marathi": "mr",
    "mongolian": "mn",
    "nepali": "ne",
    "norwegian": "no",
    "pashto": "ps",
    "persian": "fa",
    "polish": "pl",
    "portuguese": "pt",
    "punjabi": "pa",
    "romanian": "ro",
    "russian": "ru",
    "sanskrit": "sa",
    "serbian": "sr",
    "sinhala": "si",
    "slovak": "sk",
    "slovene": "sl",
    "slovenian": "sl",
    "somali": "so",
    "spanish": "es",
    "swahili": "sw",
    "swedish": "sv",
    "tagalog": "tl",
    "tajik": "tg",
    "tamil": "ta",
    "telugu": "te",
    "thai": "th",
    "turkish": "tr",
    "turkmen": "tk",
    "ukrainian": "uk",
    "urdu": "ur",
    "uzbek": "uz",
    "vietnamese": "vi",
    "welsh": "cy",
    "xhosa": "xh",
    "yoruba": "yo",
    "zulu": "zu",
}
# Kin that a program tells apart too badly to reject anything for it.
_KIN = (
    {"no", "nb", "nn", "da"},
    {"bs", "hr", "sr", "sh"},
    {"id", "ms", "jv"},
    {"gl", "pt"},
    {"cs", "sk"},
    {"xh", "zu"},
    {"bg", "mk"},
    {"be", "uk"},
    {"ca", "es"},
    {"af", "nl"},
    {"hi", "mr", "ne", "sa"},
    {"la", "it"},
    {"fa", "tg"},
    {"kk", "ky"},
    {"tr", "az", "tk"},
)
_NO_PROSE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|\$\$.*?\$\$|https?://\S+|<[^<>\n]{1,80}>|^[ \t]*(?:>|\|).*$"
    r"|“[^”]{2,600}”|«[^»]{2,600}»|„[^“”]{2,600}[“”]|(?<!\w)\"[^\"\n]{2,600}\"(?!\w)",
    re.S | re.M,
)
_WORDS = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_CASED_START = re.compile(r"[A-Z\u00c0-\u00de\u0391-\u03a9\u0410-\u042f]")


def language(record: Record) -> str | None:
    """Rejects an answer in another language than the one asked for, or than those of the task where none is asked for.

    A passage in another language than its instruction allows both. Texts too short or too mixed to tell pass.
    """
    wanted = _named(record)
    asked = _asked(record)
    if wanted is None and ASKS_LANGUAGE.search(plain(record.instruction or asked)):
        return None
    allowed = {wanted} if wanted else {language_of(t, 0) for t in (record.instruction or asked, record.passage, asked)}
    known = {a for a in allowed if a}
    if not known:
        return None
    for message in record.messages:
        content = message.get("content") if message.get("role") == "assistant" else None
        found = language_of(calm(content)) if isinstance(content, str) else None
        if found and not any(same(found, a) for a in known):
            return "in another language than the one asked for"
    return None


def _named(record: Record) -> str | None:
    """The language that the record's form or constraints name."""
    formal = getattr(record, "formal", None) or {}
    names = [formal.get("language")] if isinstance(formal, dict) else []
    names += [w for c in record.constraints if c.get("kind") == "language" for w in c.get("words") or []][:1]
    return next((found for name in names if isinstance(name, str) and (found := code(name))), None)


def _asked(record: Record) -> str:
    return "\n".join(str(m.get("content") or "") for m in record.messages if m.get("role") == "user")


def code(name: str) -> str | None:
    """The code of a language given by its English name, with or without a variety ("Brazilian Portuguese"), or by code."""
    said = re.findall(r"[a-z]+", name.lower())
    if len(said) == 1 and said[0] in _CODES.values():
        return said[0]
    return next((_CODES[w] for w in reversed(said) if w in _CODES), None)


def same(one: str, other: str) -> bool:
    """Whether two codes are one language, or such close kin that they are not told apart."""
    return one == other or any(one in kin and other in kin for kin in _KIN)


@lru_cache(maxsize=256)
def language_of(text: str, least: int = MIN_WORDS) -> str | None:
    """The code of the language that a text is written in; None if it is short, mixed or unsure.

    Code, addresses, tables and what stands in quotes do not count.
    """
    prose = _NO_PROSE.sub(" ", text)
    said = _WORDS.findall(prose)
    # Names alone say nothing about a language.
    if len(said) < max(least, 5) or sum(1 for w in said if not _CASED_START.match(w)) < 0.4 * len(said):
        return None
    found, sure = _identifier().classify(prose)
    if sure < SURE or found == "zxx":
        return None
    parts = _parts(prose)
    agree = sum(len(p) for p in parts if _agrees(p, found))
    return str(found) if agree >= 0.75 * sum(map(len, parts)) else None


def _agrees(part: str, found: str) -> bool:
    other, sure = _identifier().classify(part)
    return bool(other == "zxx" or sure < _PART_SURE or same(other, found))


def _parts(prose: str) -> list[str]:
    """Pieces of some sentences each, long enough to tell a language."""
    parts = [""]
    for sentence in sentences(prose):
        parts[-1] = f"{parts[-1]} {sentence}".strip()
        if len(_WORDS.findall(parts[-1])) >= MIN_WORDS:
            parts.append("")
    return [p for p in parts if p] or [prose]


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(sorted({*_CODES.values(), "zxx"} & set(found.labels)))
    return found
