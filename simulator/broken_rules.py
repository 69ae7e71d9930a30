"""An answer that breaks a requirement of its own request: the defect of text modification.

What the request requires is read from its wording, in the many ways in which an instruction may say it; where no cue is
found, the text comes back unchanged, or loses a number or a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.case import Case, Planted, sentences

_OPEN, _CLOSE = r"[\"'“‘`*]+", r"[\"'”’`*]+"
_TERM = rf"{_OPEN}([^\"“”`*\n]{{1,200}}?){_CLOSE}"
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_REWRITES = re.compile(
    r"\bneeds? (?:a change|changing|rewriting)\b|(?:^|[.!?:]\s+|\*\*\s*)(?:Please |Now )?(?:"
    r"(?:Re-?write|Paraphrase|Reword|Rephrase|Restate|Replace|Remove|Delete|Simplify|Format|Reformat|Capitali[sz]e|Annotate"
    r"|Mark up|Highlight|Convert|Shorten|Condense|Expand|Normali[sz]e|Obfuscate|Mask|Swap|Translate|Restyle|Edit|Tag"
    r"|Substitute|Revise|Reduce|Leave out|Use no|Allow no|Bold|Italici[sz]e)\b"
    r"|(?:Put|Write|Set|Turn|Change|Break|Make|Copy|Return|Repeat|Lay out|Render|Cut|Drop"
    r"|Keep|Leave) (?:out )?(?:the (?:text|passage|whole|following)|every|each|all|it\b|this (?:text|passage)))",
    re.M,
)


def constraint_violation(case: Case) -> Planted | None:
    """The answer broken in one way that its request forbids; the detail names the way."""
    task = _task(case.asked)
    if not case.content or not task or "Answer:" in case.asked:
        return None
    content = case.content
    ways = {name: broken for name, way in _WAYS.items() if (broken := way(task, content)) and broken != content}
    if not ways:
        ways = {name: broken for name, way in _ANYWAY.items() if (broken := way(case.asked, content))}
    if not ways:
        return None
    name = case.random.choice(sorted(ways))
    return case.content_becomes(ways[name], name)


def _task(asked: str) -> str:
    """The line near the beginning or the end that asks for a rewriting: the text between them may command too."""
    lines = [line for line in asked.splitlines() if line.strip()]
    outer = lines if len(lines) < 6 else [*lines[:2], *lines[:-4:-1]]
    return next((line for line in outer if _REWRITES.search(line)), "")


def _too_many_words(asked: str, content: str) -> str | None:
    found = re.search(
        r"(?:at most|no more than|up to|fewer than|under|within|maximum of) (\d+) words|(\d+) words or (?:fewer|less)",
        asked,
        re.I,
    )
    if not found:
        return None
    filler = "There is a little more to be said about it than this."
    more = int(found[1] or found[2]) - len(content.split()) + 1
    return f"{content} {' '.join([filler] * (max(more, 1) // len(filler.split()) + 1))}"


def _too_few_words(asked: str, content: str) -> str | None:
    found = re.search(r"(?:at least|no fewer than|minimum of|more than)\s+(\d+) words", asked, re.I)
    return " ".join(content.split()[: max(3, int(found[1]) // 2)]).rstrip(",;:.") + "." if found else None


def _too_many_sentences(asked: str, content: str) -> str | None:
    found = re.search(
        r"(?:at most|no more than|only|up to|maximum of)(?: \w+){1,4} sentences?|in (?:one|a single) sentence",
        asked,
        re.I,
    )
    return (
        content + " That is one part. This is another. There is a third as well. A fourth follows. So it ends." * 3
        if found
        else None
    )


def _other_case(asked: str, content: str) -> str | None:
    letters = [c for c in content if c.isalpha()]
    if not re.search(r"\bcase\b|capital|\bupper|\blower", asked, re.I) or not letters:
        return None
    if all(c.isupper() for c in letters):
        return content.capitalize()
    return content.upper() if all(c.islower() for c in letters) else content.lower()


def _no_nth_upper(asked: str, content: str) -> str | None:
    return content.lower() if re.search(r"every \w+ word", asked, re.I) else None


def _no_bullets(asked: str, content: str) -> str | None:
    plain = re.sub(r"^\s*[-*•+]\s+", "", content, flags=re.M)
    return " ".join(plain.splitlines()) if re.search(r"bullet|list", asked, re.I) and plain != content else None


def _no_numbers(asked: str, content: str) -> str | None:
    plain = re.sub(r"^\s*\d+[.)]\s+", "", content, flags=re.M)
    return " ".join(plain.splitlines()) if re.search(r"number|steps|list", asked, re.I) and plain != content else None


def _no_style(asked: str, content: str) -> str | None:
    found = re.search(r"bold|italic|markdown|\*", asked, re.I)
    return re.sub(r"\*+|(?<!\w)_|_(?!\w)", "", re.sub(r"^\s*[*] ", "- ", content, flags=re.M)) if found else None


def _no_emojis(asked: str, content: str) -> str | None:
    return re.sub(r"[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?", "", content) if "emoji" in asked.lower() else None


def _dates_in_words(asked: str, content: str) -> str | None:
    def spelled(found: re.Match[str]) -> str:
        return f"{int(found[3])} {_MONTHS[(int(found[2]) - 1) % 12]} {found[1]}"

    return re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", spelled, content)


def _replacement_undone(asked: str, content: str) -> str | None:
    by = rf"(?:replace|change|swap|substitute)[^.\n]{{0,60}}?{_TERM}[^.\n]{{0,20}}?\b(?:by|with|to|into|for)\b"
    instead = rf"wherever[^.\n]{{0,40}}?{_TERM}[^.\n]{{0,20}}?\b(?:put|use|write|say)\b"
    found = re.search(rf"(?:{by}|{instead})[^.\n]{{0,25}}?{_TERM}", asked, re.I)
    old, new = (found[1] or found[2], found[3]) if found else ("", "")
    return re.sub(re.escape(new), old, content, flags=re.I) if new else None


def _word_missing(asked: str, content: str) -> str | None:
    cue = r"(?:include|contain|use|mention)s?\s+the (?:word|phrase|term)s?|(?:end|close|finish) with|last sentence be"
    found = re.search(rf"(?:{cue})[^.\n“\"]{{0,20}}\s*{_TERM}", asked, re.I)
    return re.sub(rf"\s*{re.escape(found[1])}", "", content, flags=re.I) if found else None


def _forbidden_word(asked: str, content: str) -> str | None:
    cue = "(?:without|avoid(?:ing)?|not use|not contain|no longer contain|never use|leave out|remove|drop|delete)\b"
    found = re.search(rf"{cue}[^.\n]{{0,60}}?{_TERM}", asked, re.I)
    absent = found and found[1].lower() not in content.lower()
    return f"{content} So much for {found[1]}." if found and absent else None


def _forbidden_letter(asked: str, content: str) -> str | None:
    found = re.search(rf"\bletters?\s+(?:{_OPEN})?([a-zA-Z])\b", asked)
    absent = found and found[1].lower() not in content.lower()
    return f"{content} {found[1].upper()}, {found[1].lower()}." if found and absent else None


def _other_start(asked: str, content: str) -> str | None:
    found = re.search(
        r"(?:every|each) sentence[^.\n]{0,20}(?:start|begin)|(?:start|begin) (?:every|each) sentence", asked, re.I
    )
    return f"{content} Quite another beginning stands here." if found else None


def _other_lines(asked: str, content: str) -> str | None:
    found = re.search(r"(?:exactly|in)\s+\w+ (?:non-empty )?lines\b|line of its own|separate lines?", asked, re.I)
    return " ".join(content.split()) if found and "\n" in content.strip() else None


def _long_word(asked: str, content: str) -> str | None:
    found = re.search(r"words? (?:of|with|has|have|longer)[^.\n]{0,25}(\d+) (?:letters|characters)", asked, re.I)
    return f"{content} Incomprehensibilities notwithstanding, counterrevolutionaries went." if found else None


def _passage(asked: str, content: str) -> str | None:
    """The part of the request that the answer was made from: the paragraphs that share most words with it."""
    words = set(re.findall(r"\w+", content.lower()))
    parts = [
        part.strip() for part in re.split(r"\n\s*\n|\n(?=</?text>|\"\"\"|---)|^\*\*Text:\*\*", asked) if part.strip()
    ]
    near = [
        p
        for p in parts
        if len(words & set(re.findall(r"\w+", p.lower()))) >= 0.5 * len(set(re.findall(r"\w+", p.lower())))
    ]
    long = [p for p in near if len(p.split()) >= 8]
    return "\n\n".join(re.sub(r'^(<text>|"""|Text:)\s*|\s*(</text>|""")$', "", p) for p in long) or None


def _unchanged(asked: str, content: str) -> str | None:
    passage = _passage(asked, content)
    return passage if passage and passage.split() != content.split() else None


def _lost_fact(asked: str, content: str) -> str | None:
    facts = re.findall(r"\b\d[\d.,]*\d\b|\b\d\b|(?<=[a-z,] )[A-Z][a-z]{3,}\b", content)
    if not facts:
        kept = sentences(content)
        return " ".join(kept[:-1]) if len(kept) > 2 else None
    return re.sub(rf"\b{re.escape(facts[0])}\b", "some" if facts[0][0].isdigit() else "it", content)


_WAYS: dict[str, Callable[[str, str], str | None]] = {
    "max_words": _too_many_words,
    "min_words": _too_few_words,
    "max_sentences": _too_many_sentences,
    "letter_case": _other_case,
    "every_nth_word_upper": _no_nth_upper,
    "bullets": _no_bullets,
    "numbered": _no_numbers,
    "style": _no_style,
    "emojis": _no_emojis,
    "dates_iso": _dates_in_words,
    "replace": _replacement_undone,
    "include": _word_missing,
    "exclude": _forbidden_word,
    "exclude_letters": _forbidden_letter,
    "sentence_start": _other_start,
    "line_count": _other_lines,
    "max_word_length": _long_word,
}
_ANYWAY = {"unchanged": _unchanged, "lost_fact": _lost_fact}
