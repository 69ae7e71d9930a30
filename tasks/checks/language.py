"""The language of an answer, compared with the one asked for or that of its task."""

from __future__ import annotations

import re

from tasks.records import Record
from tasks.text.languages import asks_language, language_code, language_of, languages_named, same_language
from tasks.text.plain import calm, plain

_WHOLE_TEXT = re.compile(
    r"\b(?:put|translate|render|turn|bring|write|rewrite|give) (?:me )?(?:(?:the|this|my|our|whole|entire|following) ){1,3}"
    r"(?:text|notice|passage|letter|message|e-?mail|article|note|recipe|report|story|poem|leaflet|announcement|page"
    r"|review|speech)"
    r" (?:out )?in(?:to)? ((?:[a-z-]+ ){0,2}[a-z]+)"
)
_PART = re.compile(
    r"\b(?:paragraphs?|sentences?|parts?|half|only|quot\w+|words?|greetings?|headings?|titles?|mix\w*|lines?|leave"
    r"|both|bilingual)\b"
)
_QUOTED = re.compile(r"“[^”]{20,}”|\"[^\"\n]{20,}\"")


def language(record: Record) -> str | None:
    """Rejects an answer in another language than the one asked for, or than those of the task where none is asked for.

    A passage in another language than its instruction allows both. Texts too short or too mixed to tell pass.
    """
    wanted, asked = _named(record), _asked(record)
    # What the task quotes asks for nothing.
    task = _QUOTED.sub(" ", record.instruction or asked)
    wanted = wanted or _whole_text_into(plain(task))
    if wanted is None and asks_language(task):
        return None
    for message in record.messages:
        content = message.get("content") if message.get("role") == "assistant" else None
        found = language_of(calm(content)) if isinstance(content, str) else None
        if found and not _allowed(found, wanted, (record.instruction, record.passage, asked)):
            return "in another language than the one asked for"
    return None


def _allowed(found: str, wanted: str | None, texts: tuple[str, ...]) -> bool:
    """Whether this is the language that was wanted, or that of one of the texts, or none of them shows a language."""
    if wanted:
        return same_language(found, wanted)
    known = False
    for text in filter(None, texts):
        other = language_of(text, 0)
        if other and same_language(found, other):
            return True
        known = known or other is not None
    return not known


def _named(record: Record) -> str | None:
    """The language that the record's form or constraints name."""
    names = [record.formal.get("language")]
    names += [w for c in record.constraints if c.get("kind") == "language" for w in c.get("words") or []][:1]
    return next((found for name in names if isinstance(name, str) and (found := language_code(name))), None)


def _whole_text_into(task: str) -> str | None:
    """The language that the whole text is to be put into, if the task says so beyond doubt."""
    found = {code for m in _WHOLE_TEXT.finditer(task) for code in languages_named(f"in {m[1]}")}
    return next(iter(found)) if len(found) == 1 and not _PART.search(task) else None


def _asked(record: Record) -> str:
    return "\n".join(str(m.get("content") or "") for m in record.messages if m.get("role") == "user")
