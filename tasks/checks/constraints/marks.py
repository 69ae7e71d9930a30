"""Requirements on marks: emphasis, lists, headings, emojis, postscripts, placeholders and citations."""

from __future__ import annotations

import re

from tasks.checks.constraints.parts import filled_lines, headless
from tasks.checks.constraints.positions import OPENERS, unaccented
from tasks.checks.constraints.requirement import (
    EVERY_WORD,
    ConstraintLike,
    Requirement,
    StatedNumber,
    StatedWords,
    at_least,
    exactly,
)
from tasks.records import Record
from tasks.text.sentences import LIST_MARK
from tasks.text.words import ARTICLES, holds, uses, words

_BOLD = re.compile(
    r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)|<(?:b|strong)>(.+?)</(?:b|strong)>", re.S | re.I
)
_ITALIC = re.compile(
    r"(?<![*\w])\*(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\*(?!\*)"
    r"|(?<![\w_])_(?=[^\s_])([^_\n]{1,2000}?)(?<=[^\s_])_(?![\w_])|<(?:i|em)>(.+?)</(?:i|em)>",
    re.S | re.I,
)
_ITALIC_INSIDE = re.compile(r"\*{2}(?!\*)|(?<!\w)__(?!_)|(?<!_)__(?!\w)")
_PICTURE = r"[\U0001F300-\U0001FAFF☀-➿⬀-⯿⌚⌛⏩-⏺Ⓜ\U0001F004\U0001F0CF\U0001F170-\U0001F19A\U0001F200-\U0001F251]"
_EMOJI = re.compile(
    rf"[\U0001F1E6-\U0001F1FF]{{2}}|[0-9#*]\ufe0f?\u20e3"
    rf"|{_PICTURE}[\ufe0f\U0001F3FB-\U0001F3FF]*(?:\u200d{_PICTURE}[\ufe0f\U0001F3FB-\U0001F3FF]*)*"
)
_SIGNS = re.compile(r"[←-⇿☐-☒✓✔✕✖✗✘❖➔-➾⬅-⬇■-◿]")
_STYLE = re.compile(r"\*+|(?<!\w)_|_(?!\w)|</?(?:b|strong|i|em)>", re.I)
_NUMBER = re.compile(r"^[ \t>*_]*\(?\d{1,3}[.)][*_]*[ \t]+(?=\S)", re.M)
_BULLET = re.compile(r"^[ \t]*[-*•+\u2013‣◦▪][ \t]+\S", re.M)
_PLACEHOLDER = re.compile(r"\[(?!\s*[xX\d,;\s\u2013-]*\])[^\[\]\n]{1,80}\](?![(\[:])")
_CITATION = re.compile(r"\[(\d{1,3}(?:\s*[,;\u2013-]\s*\d{1,3})*)\]")


def _styled(pattern: re.Pattern[str], text: str, c: ConstraintLike) -> str | None:
    inside = "\n".join(next(g for g in m.groups() if g) for m in pattern.finditer(text))
    outside = pattern.sub(" \x00 ", text)
    for number, word in enumerate(c.words, 1):
        word = word.strip("*_ ")
        if not (uses(inside, word) or holds(inside, word)):
            return f"word {number} is not styled"
        if uses(re.sub(r"[*_]+", "", outside), word):
            return f"word {number} is not styled everywhere"
    return None


def _bold(text: str, c: ConstraintLike, record: Record) -> str | None:
    return _styled(_BOLD, text, c)


def _italic(text: str, c: ConstraintLike, record: Record) -> str | None:
    return _styled(_ITALIC, LIST_MARK.sub("", _ITALIC_INSIDE.sub("", text.replace("***", "*"))), c)


def _unstyled(text: str, c: ConstraintLike) -> str:
    return _STYLE.sub("", re.sub(r"^\s*[*] ", "- ", text, flags=re.M))


def _count_highlights(text: str) -> int:
    rest = _BOLD.sub(" ", text)
    return len(_BOLD.findall(text)) + len(_ITALIC.findall(LIST_MARK.sub("", rest)))


def _count_bullets(text: str) -> int:
    return len(_BULLET.findall(text))


def _unlisted(text: str, c: ConstraintLike) -> str:
    return " ".join(_NUMBER.sub("", re.sub(r"^\s*[-*•+\u2013‣◦▪]\s+", "", text, flags=re.M)).splitlines())


def _count_emojis(text: str) -> int:
    return sum(1 for m in _EMOJI.finditer(text) if not _SIGNS.fullmatch(m[0]))


def _count_citations(text: str) -> int:
    return len({n for found in _CITATION.findall(text) for n in re.findall(r"\d+", found)})


def _alphabetical_order(text: str, c: ConstraintLike, record: Record) -> str | None:
    found = [LIST_MARK.sub("", line) for line in filled_lines(text) if LIST_MARK.match(f"{line} ")]
    found = found if len(found) > 1 else filled_lines(headless(text))
    found = found if len(found) > 1 else re.split(r",\s*(?:and\s+)?|\s+and\s+", found[0].rstrip(".")) if found else []
    keys = [list(words(unaccented(item.lstrip(OPENERS)))) for item in found]
    bare = [k[1:] if k[:1] and k[0] in ARTICLES else k for k in keys]
    return None if keys == sorted(keys) or bare == sorted(bare) else "not in alphabetical order"


def _sections(text: str, c: ConstraintLike, record: Record) -> str | None:
    mark = c.words[0].strip() if c.words else ""
    if mark and not mark.strip("#"):
        count = len(re.findall(rf"^{mark}[ \t]+\S", text, re.M))
        return f"{count} sections" if count != c.number else None
    found = [line for line in text.splitlines() if re.match(rf"[#*_ \t]*{re.escape(mark)}(?!\w)", line, re.I)]
    short = [line for line in found if len(line.split()) <= 12]
    return f"{len(found)} sections" if c.number not in {len(found), len(short)} else None


def _heading(c: ConstraintLike, record: Record) -> str | None:
    first = c.words[0].strip()
    return "no heading has so many marks" if not first.strip("#") and len(first) > 6 else None


def _more_sections(text: str, c: ConstraintLike) -> str:
    return text + f"\n\n{c.words[0].strip()} One more\nThat is all." * (c.number + 1)


def _title_marked(text: str, c: ConstraintLike, record: Record) -> str | None:
    return None if re.search(r"<<[^<>\n]*\w[^<>\n]*>>", text) else "no marked title"


def _bare_mark(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def _opens_with(line: str, mark: str) -> bool:
    return _bare_mark(line.split(":")[0][: len(mark) + 8]).startswith(mark)


def _postscript(text: str, c: ConstraintLike, record: Record) -> str | None:
    mark = _bare_mark(c.words[0] if c.words else "PS")
    return None if mark and any(_opens_with(line, mark) for line in filled_lines(text)) else "no postscript"


def _postscript_mark(c: ConstraintLike, record: Record) -> str | None:
    known = not c.words or re.fullmatch(r"(?:[Pp]\.? ?){1,3}[Ss]\.?:?", c.words[0].strip())
    return None if known else "not a mark such as P.S."


def _no_postscript(text: str, c: ConstraintLike) -> str:
    mark = _bare_mark(c.words[0] if c.words else "PS")
    return "\n".join(line for line in text.splitlines() if not _opens_with(line, mark))


def _unbracketed(text: str, c: ConstraintLike) -> str:
    return re.sub(r"[\[\]]", "", text)


_LIST_CUE = r"\bbullet|\blist\b|\bpoints?\b|\bitems?\b|\bdash|\bentr(?:y|ies)\b"

MARKS = (
    Requirement(
        "bold",
        met=_bold,
        broken=_unstyled,
        cue=r"\bbold|\bstrong\b|\*\*",
        words=StatedWords(by_rule=True, wanted=EVERY_WORD),
        repeatable=True,
        form="prose",
        markdown=True,
    ),
    Requirement(
        "italic",
        met=_italic,
        broken=_unstyled,
        cue=r"\bitalic|\bslant|\bemphasi|\*\w",
        words=StatedWords(by_rule=True, wanted=EVERY_WORD),
        repeatable=True,
        form="prose",
        markdown=True,
    ),
    Requirement(
        "highlights",
        met=at_least(_count_highlights, "highlights"),
        broken=_unstyled,
        cue=r"\bhighlight|\bbold|\bitalic|\basterisk|\bemphasi|\*\w",
        number=StatedNumber(),
        form="prose",
        markdown=True,
        mark="*",
    ),
    Requirement(
        "bullets",
        met=at_least(_count_bullets, "bullets"),
        broken=_unlisted,
        cue=_LIST_CUE,
        number=StatedNumber(over=True, of="bullets", bound="least", fills=True),
        form="prose",
        markdown=True,
    ),
    Requirement(
        "bullet_count",
        met=exactly("bullets", _count_bullets),
        broken=lambda text, c: f"{text}\n- And one point more.",
        cue=_LIST_CUE,
        number=StatedNumber(over=True, of="bullets", bound="exact", fills=True),
        form="prose",
        markdown=True,
    ),
    Requirement(
        "numbered",
        met=at_least(lambda text: len(_NUMBER.findall(text)), "numbered items"),
        broken=_unlisted,
        cue=r"\bnumber|\bsteps?\b|\blist\b|\bitems?\b",
        number=StatedNumber(over=True, fills=True),
        form="prose",
    ),
    Requirement(
        "alphabetical_order",
        met=_alphabetical_order,
        broken=lambda text, c: f"{text}\n- Zebras\n- Apes",
        cue=r"\balphabet|\ba to z\b|\ba-z\b",
        repeatable=True,
    ),
    Requirement(
        "emojis",
        met=at_least(_count_emojis, "emojis"),
        broken=lambda text, c: _EMOJI.sub("", text),
        cue=r"\bemoji|\bsmiley|\bemoticon",
        number=StatedNumber(over=True),
    ),
    Requirement(
        "sections",
        met=_sections,
        broken=_more_sections,
        cue=r"\bsections?\b|\bhead(?:ing|er|ed|line)|\bparts?\b|\bchapters?\b",
        number=StatedNumber(most=30, fills=True),
        words=StatedWords(most=1),
        sound=_heading,
        form="prose",
    ),
    Requirement(
        "title_marked",
        met=_title_marked,
        broken=lambda text, c: re.sub("<<|>>", "", text),
        cue=r"<<|\bangle|\bguillemet",
        repeatable=True,
        form="prose",
        mark="<",
    ),
    Requirement(
        "postscript",
        met=_postscript,
        broken=_no_postscript,
        cue=r"\bpost-?scriptum\b|\bpostscript|\bp\.? ?s\b",
        words=StatedWords(least=0, stated=lambda word, said: True),
        sound=_postscript_mark,
        form="prose",
        mark=".",
    ),
    Requirement(
        "placeholders",
        met=at_least(lambda text: len(_PLACEHOLDER.findall(text)), "placeholders"),
        broken=_unbracketed,
        cue=r"\bplaceholder|\bbracket|\bblanks?\b|\[",
        number=StatedNumber(),
        light=False,
        mark="[",
    ),
    Requirement(
        "citations",
        met=at_least(_count_citations, "citations"),
        broken=_unbracketed,
        cue=r"\bcit(?:e|ation)|\bsources?\b|\breferences?\b|\bfootnotes?\b|\[\d",
        number=StatedNumber(),
        light=False,
        mark="[",
    ),
)
