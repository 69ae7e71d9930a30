"""Requirements on openings, endings, marks and lists, each tested on a text."""

from __future__ import annotations

import re
import unicodedata

from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.counts import Meets, headless, lines, paragraphs
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.sentences import LIST_MARK, sentences
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
_BULLET = re.compile(r"^[ \t]*[-*•+\u2013‣◦▪][ \t]+\S", re.M)
_OPENERS = "*_`\"'“”\u2018\u2019«»>#([ \t\n"
_CLOSERS = "*_`\"'“”\u2018\u2019«»)] \t\n"
_STOPS = ".!?…"
_PLACEHOLDER = re.compile(r"\[(?!\s*[xX\d,;\s\u2013-]*\])[^\[\]\n]{1,80}\](?![(\[:])")
_CITATION = re.compile(r"\[(\d{1,3}(?:\s*[,;\u2013-]\s*\d{1,3})*)\]")


def _sentence_start(text: str, c: Constraint, record: Record) -> str | None:
    starts = [" ".join(words(w)) for w in c.words]
    for number, sentence in enumerate(sentences(text), 1):
        said = " ".join(words(sentence)) + " "
        if not any(said.startswith(f"{s} ") for s in starts):
            return f"sentence {number} starts otherwise"
    return None


def _styled(pattern: re.Pattern[str], text: str, c: Constraint) -> str | None:
    inside = "\n".join(next(g for g in m.groups() if g) for m in pattern.finditer(text))
    outside = pattern.sub(" \x00 ", text)
    for number, word in enumerate(c.words, 1):
        word = word.strip("*_ ")
        if not (uses(inside, word) or holds(inside, word)):
            return f"word {number} is not styled"
        if uses(re.sub(r"[*_]+", "", outside), word):
            return f"word {number} is not styled everywhere"
    return None


def _bold(text: str, c: Constraint, record: Record) -> str | None:
    return _styled(_BOLD, text, c)


def _italic(text: str, c: Constraint, record: Record) -> str | None:
    return _styled(_ITALIC, LIST_MARK.sub("", _ITALIC_INSIDE.sub("", text.replace("***", "*"))), c)


def _bullets(text: str, c: Constraint, record: Record) -> str | None:
    count = len(re.findall(r"^[ \t]*[-*•+\u2013‣◦▪][ \t]+\S", text, re.M))
    return f"{count} bullets" if count < c.number else None


def _numbered(text: str, c: Constraint, record: Record) -> str | None:
    count = len(re.findall(r"^[ \t>*_]*\(?\d{1,3}[.)][*_]*[ \t]+\S", text, re.M))
    return f"{count} numbered items" if count < c.number else None


def _emojis(text: str, c: Constraint, record: Record) -> str | None:
    count = sum(1 for m in _EMOJI.finditer(text) if not _SIGNS.fullmatch(m[0]))
    return f"{count} emojis" if count < c.number else None


def _opens(text: str, start: str) -> bool:
    """Whether a text opens with these words; emphasis, quotes and case do not matter."""
    wanted = plain(start)
    for said in (plain(text), plain(text.lstrip(_OPENERS)), plain(LIST_MARK.sub("", text.lstrip(), count=1))):
        if wanted and said.startswith(wanted) and not (wanted[-1].isalnum() and said[len(wanted) :][:1].isalnum()):
            return True
    return False


def _closes(text: str, end: str) -> bool:
    wanted, said = plain(end), plain(text).rstrip(_CLOSERS)
    shorter = wanted.rstrip(_CLOSERS)
    for whole in (plain(text), said, said.rstrip(_STOPS) if wanted[-1:] not in _STOPS else said):
        for last in (wanted, shorter):
            before = whole[: -len(last)][-1:] if last else ""
            if last and whole.endswith(last) and not (last[0].isalnum() and before.isalnum()):
                return True
    return False


def _starts_with(text: str, c: Constraint, record: Record) -> str | None:
    return None if any(_opens(text, w) for w in c.words) else "starts otherwise"


def _ends_with(text: str, c: Constraint, record: Record) -> str | None:
    return None if any(_closes(text, w) for w in c.words) else "ends otherwise"


def _paragraph_starts_with(text: str, c: Constraint, record: Record) -> str | None:
    both = (paragraphs(text), paragraphs(headless(text)))
    met = any(0 < c.number <= len(p) and any(_opens(p[c.number - 1], w) for w in c.words) for p in both)
    return None if met else f"paragraph {c.number} starts otherwise"


def _line_starts_with(text: str, c: Constraint, record: Record) -> str | None:
    for number, line in enumerate(lines(text), 1):
        if not any(line.startswith(w.strip()) or _opens(line, w) for w in c.words):
            return f"line {number} starts otherwise"
    return None


def _acrostic(text: str, c: Constraint, record: Record) -> str | None:
    wanted = [ch for w in c.words for ch in _unaccented(w) if ch.isalnum()]
    said = [[ch for ch in _unaccented(LIST_MARK.sub("", line)) if ch.isalnum()][:1] for line in lines(headless(text))]
    return None if wanted == [ch for first in said for ch in first] else "the lines' first letters spell something else"


def _unaccented(text: str) -> str:
    return "".join(ch for ch in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(ch))


def _alphabetical_order(text: str, c: Constraint, record: Record) -> str | None:
    found = [LIST_MARK.sub("", line) for line in lines(text) if LIST_MARK.match(f"{line} ")]
    found = found if len(found) > 1 else lines(headless(text))
    found = found if len(found) > 1 else re.split(r",\s*(?:and\s+)?|\s+and\s+", found[0].rstrip(".")) if found else []
    keys = [list(words(_unaccented(item.lstrip(_OPENERS)))) for item in found]
    bare = [k[1:] if k[:1] and k[0] in ARTICLES else k for k in keys]
    return None if keys == sorted(keys) or bare == sorted(bare) else "not in alphabetical order"


def _highlights(text: str, c: Constraint, record: Record) -> str | None:
    rest = _BOLD.sub(" ", text)
    count = len(_BOLD.findall(text)) + len(_ITALIC.findall(LIST_MARK.sub("", rest)))
    return f"{count} highlights" if count < c.number else None


def _bullet_count(text: str, c: Constraint, record: Record) -> str | None:
    count = len(_BULLET.findall(text))
    return f"{count} bullets" if count != c.number else None


def _sections(text: str, c: Constraint, record: Record) -> str | None:
    mark = c.words[0].strip() if c.words else ""
    if mark and not mark.strip("#"):
        count = len(re.findall(rf"^{mark}[ \t]+\S", text, re.M))
        return f"{count} sections" if count != c.number else None
    found = [line for line in text.splitlines() if re.match(rf"[#*_ \t]*{re.escape(mark)}(?!\w)", line, re.I)]
    short = [line for line in found if len(line.split()) <= 12]
    return f"{len(found)} sections" if c.number not in {len(found), len(short)} else None


def _title_marked(text: str, c: Constraint, record: Record) -> str | None:
    return None if re.search(r"<<[^<>\n]*\w[^<>\n]*>>", text) else "no marked title"


def _postscript(text: str, c: Constraint, record: Record) -> str | None:
    mark = re.sub(r"[\W_]", "", c.words[0] if c.words else "PS").lower()
    starts = (re.sub(r"[\W_]", "", line.split(":")[0][: len(mark) + 8]).lower() for line in lines(text))
    return None if mark and any(s.startswith(mark) for s in starts) else "no postscript"


def _placeholders(text: str, c: Constraint, record: Record) -> str | None:
    count = len(_PLACEHOLDER.findall(text))
    return f"{count} placeholders" if count < c.number else None


def _citations(text: str, c: Constraint, record: Record) -> str | None:
    count = len({n for found in _CITATION.findall(text) for n in re.findall(r"\d+", found)})
    return f"{count} citations" if count < c.number else None


MARKS: dict[str, Meets] = {
    "sentence_start": _sentence_start,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "paragraph_starts_with": _paragraph_starts_with,
    "line_starts_with": _line_starts_with,
    "acrostic": _acrostic,
    "bold": _bold,
    "italic": _italic,
    "highlights": _highlights,
    "bullets": _bullets,
    "bullet_count": _bullet_count,
    "numbered": _numbered,
    "alphabetical_order": _alphabetical_order,
    "emojis": _emojis,
    "sections": _sections,
    "title_marked": _title_marked,
    "postscript": _postscript,
    "placeholders": _placeholders,
    "citations": _citations,
}
