"""Answers that count on without saying anything, and answers that break off in a word, a table, code or a formula.

What `complete` finds by punctuation and by words that come again is not looked for here a second time.
"""

from __future__ import annotations

import json
import re

from tasks.answers.final import answer_line
from tasks.records import Record
from tasks.text.plain import calm, plain
from tasks.text.replies import reply
from tasks.text.words import words

_MANY = 12
"""Lines that differ in nothing but a counter from which on they are a loop."""
_SHORT_ANSWER = 3
"""Words of a final answer that is a name or a word, and no sentence that may have been cut."""
_COUNTING = 100
"""Whole numbers in a row, one apart, from which on a list of them is a loop."""

_DIGITS = re.compile(r"\d+")
_STUCK = re.compile(r"([^\W\d_])\1{9,}")
_ASKS_COUNTING = re.compile(r"\b(?:count|numbers?|range|list|sequence|integers?|repeat|times|lines?|rows?)\b", re.I)
_FENCE = re.compile(r"```([\w+#-]*)[^\n]*\n(.*?)```", re.S)
_STRINGS = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.S)
_HASHED, _SLASHED = re.compile(r"#[^\n]*"), re.compile(r"//[^\n]*|/\*.*?\*/", re.S)
_LANGUAGES = {
    **dict.fromkeys(("python", "py"), _HASHED),
    **dict.fromkeys(
        ("js", "javascript", "ts", "typescript", "java", "c", "cpp", "c++", "go", "rust", "json"), _SLASHED
    ),
}
_OPEN_END = re.compile(r"(?:[=+*/,(\[{&|\\]|\b(?:and|or|not|in|return if|lambda|import|from)|->|\.)$")
_PYTHON_HEAD = re.compile(r"\s*(?:def|class|if|elif|else|for|while|try|except|finally|with)\b.*:$")
_ENDING = re.compile(
    r"(?:s|es|ed|d|ing|er|ers|or|ly|al|ally|y|n|r|st|th|'s|able|ment|ness|ful|less|ion|ions|ity|ive|ism|ist|ship|man|men)$"
)


def no_loops(record: Record) -> str | None:
    """Rejects an answer that only counts on: lines that differ in a number alone, a letter that sticks, endless numbers."""
    for message in record.messages:
        content = message.get("content") if message.get("role") == "assistant" else None
        if not isinstance(content, str):
            continue
        text = calm(content)
        if _STUCK.search(text) and not _STUCK.search(record.passage):
            return "a letter sticks"
        if _counts_on(text) and not _counts_on(record.passage):
            return "lines that differ in a counter alone"
        if _longest_count(text) >= _COUNTING and not _ASKS_COUNTING.search(record.instruction):
            return "an endless row of numbers"
    return None


def _counts_on(text: str) -> bool:
    """Whether many lines in a row say the same but for numbers that stay or grow by one."""
    before: tuple[str, list[int]] = ("", [])
    run = 0
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        now = (_DIGITS.sub("#", plain(line)), [int(n) for n in _DIGITS.findall(line[:400])[:20]])
        steps = {b - a for a, b in zip(before[1], now[1], strict=False)}
        same = now[0] == before[0] and 1 in steps and steps <= {0, 1} and any(map(str.isalpha, now[0]))
        run = run + 1 if same else 0
        if run >= _MANY - 1:
            return True
        before = now
    return False


def _longest_count(text: str) -> int:
    longest, run, before = 0, 0, -2
    for m in re.finditer(r"(?<![\d.])\d{1,7}(?![\d])", text):
        run = run + 1 if int(m[0]) == before + 1 else 1
        longest, before = max(longest, run), int(m[0])
    return longest


def whole_ending(record: Record) -> str | None:
    """Rejects an answer whose end is missing: half a word, an open mark, a cut table, formula, object or piece of code."""
    text = calm(reply(record)).rstrip()
    if not text:
        return None
    return _cut_object(text) or _cut_code(text) or _cut_table(text) or _open_mark(text) or _half_word(text, record)


def _cut_object(text: str) -> str | None:
    if text[0] not in "{[" or not re.match(r"\{\s*\"|\[\s*[\[{\"\d]", text) or re.match(r"\[\d{1,3}\]", text):
        return None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        bare = _STRINGS.sub("", text)
        return "an object that is not closed" if _unclosed(bare) > 0 and text[-1] not in "}]." else None
    return None


def _unclosed(code: str) -> int:
    return sum(code.count(opens) - code.count(closes) for opens, closes in ("()", "[]", "{}"))


def _cut_code(text: str) -> str | None:
    blocks = list(_FENCE.finditer(text))
    if not blocks or text[blocks[-1].end() :].strip() or (comment := _LANGUAGES.get(blocks[-1][1].lower())) is None:
        return None
    code = comment.sub("", _STRINGS.sub("''", blocks[-1][2])).rstrip()
    last = code.splitlines()[-1].rstrip() if code else ""
    if (_OPEN_END.search(last) and not last.endswith("...")) or (comment is _HASHED and _PYTHON_HEAD.fullmatch(last)):
        return "code that ends in mid-statement"
    return "code with an open bracket" if _unclosed(code) > 0 else None


def _cut_table(text: str) -> str | None:
    rows = text.splitlines()
    block = next((rows[i + 1 :] for i in range(len(rows) - 1, -1, -1) if not rows[i].lstrip().startswith("|")), rows)
    if len(block) < 3 or not re.fullmatch(r"[\s|:-]+", block[1]):
        return None
    widths = [len(re.findall(r"(?<!\\)\|", row.strip())) for row in block]
    return "a table row that is cut" if widths[-1] < min(widths[:-1]) else None


def _open_mark(text: str) -> str | None:
    prose = re.sub(r"```.*?(?:```|\Z)|`[^`\n]*`", "", text, flags=re.S)
    last = re.split(r"\n\s*\n", prose)[-1]
    if len(re.findall(r"(?<!\*)\*\*(?!\*)", last)) % 2 and re.search(r"(?<![*\w])\*\*\w[^*]*$", last):
        return "an open mark of emphasis"
    if len(re.findall(r"(?<!\\)\$\$", prose)) % 2:
        return "an open formula"
    inline = re.findall(r"(?<![\\$])\$(?!\$)", last)
    if len(inline) % 2 and re.search(r"\$[^$]*\\[a-z]+[^$]*$", last):
        return "an open formula"
    begun, ended = (re.findall(rf"\\{word}\{{(\w+\*?)\}}", prose) for word in ("begin", "end"))
    pairs = ((r"(?<!\\)\\\[", r"(?<!\\)\\\]"), (r"(?<!\\)\\\(", r"(?<!\\)\\\)"))
    unclosed = any(len(re.findall(opens, prose)) > len(re.findall(closes, prose)) for opens, closes in pairs)
    return "an open formula" if unclosed or len(begun) > len(ended) else None


def _half_word(text: str, record: Record) -> str | None:
    """The last word is the beginning of another word of the task and no word of it itself."""
    if (last := re.search(r"(?<![\w'\u2019-])([^\W\d_]{3,})$", text)) is None:
        return None
    if (line := answer_line(text)) is not None and len(line.split()) <= _SHORT_ANSWER:
        return None  # an answer of its own; whether it is the right one is the key's matter
    half = plain(last[1])
    known = set(words(f"{record.passage}\n{record.instruction}\n{text[: last.start()]}"))
    if half in known or len(text.split()) < 6:
        return None
    longer = [w for w in known if w.startswith(half) and len(w) > len(half) + 1]
    if longer and not any(_ENDING.fullmatch(w[len(half) :]) for w in longer):
        return "ends in mid-word"
    return None
