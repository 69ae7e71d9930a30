"""Checks of a finished conversation that need no key: the order of its messages, and its completeness."""

from __future__ import annotations

import re
import zlib
from collections import Counter

from tasks.answers.final import answer_line
from tasks.records import Record
from tasks.text.languages import asks_language
from tasks.text.markdown import FENCE
from tasks.text.plain import calm, plain
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import bare, holds, words

MAX_CHARACTERS = 60_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ud800-\udfff\ue000-\uf8ff\ufff0-\ufffb]")
_CLOSERS = " \t\"'”\u2019»)]}*_`>|~"
_ENDS = re.compile(
    r"[.!?…。\uff01\uff1f।؟:;=»]$|[\U0001F000-\U0001FAFF☀-➿\ufe0f]$|(?:https?://|www\.|[#@])\S*$|\d[%°]?$|[)\]}>|`]$"
)
_CUT = re.compile(r"(?:[:,;(\[{&+/]|(?<=\s)[-\u2013—]|(?<=\w)[-\u2013—])$")
_DANGLING = re.compile(r"^[ \t]*(?:[-*•+]|\(?\d{1,3}[.)]|#{1,6}|\*\*)[ \t]*$")
_OPEN = frozenset(
    [
        "the",
        "an",
        "of",
        "and",
        "or",
        "to",
        "that",
        "which",
        "from",
        "as",
        "into",
        "because",
        "if",
        "than",
        "their",
        "its",
        "his",
        "this",
        "these",
        "those",
        "while",
        "where",
        "who",
        "whose",
        "be",
        "been",
        "has",
        "have",
        "had",
        "will",
        "would",
        "can",
        "could",
        "should",
        "may",
        "might",
        "so",
        "such",
        "very",
    ]
)
_MINOR = _OPEN | frozenset(
    ["in", "for", "with", "is", "was", "are", "were", "by", "at", "on", "but", "when", "whom", "not"]
)
"""Words on which a sentence does not end; the open ones end no list item either."""
_BREAKS_OFF = re.compile(
    r"\b(?:breaks?|breaking|broken|broke|cuts?|cutting|trails?|trailing|tails?) (?:\w+ ){0,3}?off\b|\bcut short\b"
    r"|\binterrupt\w*"
    r"|\bmid[- ](?:sentence|word|line|thought|phrase)\b|\b(?:in|at) the middle of (?:a|the|her|his|its|their|your) (?:\w+ )?"
    r"(?:sentence|word|line|thought|phrase)\b|\bunfinished\b|\bincomplete (?:sentence|line|last)"
    r"|\bwithout (?:finishing|an end\b|ending)"
    r"|\b(?:ends?|ending|stops?|stopping|closes?|finish\w*|last line)\b[^.]{0,40}\b(?:dash|ellipsis|comma|colon"
    r"|three dots|no full stop)\b"
    r"|\b(?:never|not|n't) (?:finish\w*|complete[sd]?|get to (?:the end|finish))\b|\bstops? (?:dead|short)\b"
)
"""Signs of a task that wants a text whose last sentence is not brought to its end."""
_LETTERED = re.compile(r"\W{0,3}[A-H][.):]+\s+(\S.*)")
_LABEL = re.compile(r"^\W*[\w' -]{1,30}:\W*\S")
_SCRIPTS = [
    re.compile(f"[{r}]")
    for r in (
        "A-Za-zªºÀ-ɏ",
        "Ͱ-Ͽ",
        "Ѐ-ԯ",
        "\u0590-\u05ff",
        "\u0600-\u06ff",
        "ऀ-ॿ",
        "\u0e00-\u0e7f",
        "぀-ヿ",
        "一-鿿",
        "가-힯",
    )
]
_NON_LATIN = re.compile(r"[\u0370-\u1fff\u2c00-\ud7ff]")


def structure(record: Record) -> str | None:
    """Rejects a conversation whose roles, tool answers or contents are out of order."""
    messages = record.messages
    if not messages:
        return "no messages"
    before, pending = "", set[str]()
    for number, message in enumerate(messages, 1):
        role, content = message.get("role"), message.get("content")
        calls = (message.get("tool_calls") or []) if role == "assistant" else []
        if not isinstance(content, str) and not (content is None and calls):
            return f"message {number}: the content is no text"
        if role not in {"system", "user"} and len(content or "") > MAX_CHARACTERS:
            return f"message {number}: longer than {MAX_CHARACTERS} characters"
        if role not in _AFTER or before not in _AFTER[role]:
            return f"message {number}: {role} after {before or 'nothing'}"
        if role == "tool":
            if message.get("tool_call_id") not in pending:
                return f"message {number}: answers no tool call"
            pending.discard(str(message["tool_call_id"]))
        elif pending:
            return f"message {number}: a tool call before it has no answer"
        if calls:
            pending = {str(call.get("id")) for call in calls if isinstance(call, dict) and call.get("id")}
            if len(pending) < len(calls):
                return f"message {number}: tool calls without ids of their own"
        elif role in {"user", "assistant"} and not (content or "").strip():
            return f"message {number}: empty"
        before = "calls" if calls else str(role)
    return None if before == "assistant" else "does not end with the assistant's text"


_AFTER = {"system": {""}, "user": {"", "system", "assistant"}, "assistant": {"user", "tool"}, "tool": {"calls", "tool"}}


def _seen(record: Record) -> str:
    return "\n".join(str(m.get("content") or "") for m in record.messages if m.get("role") in {"user", "tool"})


def complete(record: Record) -> str | None:
    """Rejects an answer that is cut off, runs in a loop, holds stray characters or is in another script."""
    for message in record.messages[:-1]:
        told = message.get("content") if message.get("role") == "assistant" else None
        if isinstance(told, str) and told.strip() and (problem := _unfinished(calm(told).rstrip(), record)):
            return problem
    text = reply(record).rstrip()
    return _unfinished(text, record) or _other_script(text, record)


def _unfinished(text: str, record: Record) -> str | None:
    return "stray characters" if _CONTROL.search(text) else _cut_off(text, record) or _loop(text, record)


def _cut_off(text: str, record: Record) -> str | None:
    if text.count("```") % 2:
        return "an unclosed code fence"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return "empty"
    last = lines[-1]
    if record.answer_form == "text" and (_BREAKS_OFF.search(plain(record.instruction)) or _broken_speech(last, record)):
        return None
    if record.answer_form == "text" and any(key.strip() and text.endswith(key.strip()) for key in record.key):
        return None  # an output that was asked for may end in any way
    if _DANGLING.match(last):
        return "ends with a list mark"
    asked = (record.answer_form, record.formal.get("format"))
    if last.startswith(("```", "|")) or ("json" in asked and last.endswith(("}", "]"))):
        return None
    end = last.rstrip(_CLOSERS)
    if _CUT.search(last) or (_CUT.search(end) and not last.endswith(("`", ")"))):
        return "ends with a colon or comma"
    if not end or _ENDS.search(end):
        return None
    final = re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", end[-200:])
    if (
        len(final) >= 3
        and final[-1] in (_OPEN if LIST_MARK.match(last) else _MINOR)
        and not any(holds(o, final[-1]) and holds(last, o) for o in [*record.options, *record.key])
    ):
        return "ends in mid-sentence"
    if any(_breaks_off(last, option) for option in record.options):
        return "ends in mid-sentence"
    if record.answer_form == "text" and words(end)[-1:] == words(record.passage)[-1:]:
        return None  # a rewriting ends where its text does, be it a caption
    return "ends in mid-sentence" if _prose_without_end(lines, last, len(final), record) else None


def _broken_speech(last: str, record: Record) -> bool:
    """Whether an invented piece ends on a word with a dash at it, as a speaker does who is interrupted."""
    return not record.passage.strip() and re.search(r"\w[—\u2013]\W{0,3}\Z", last) is not None


def _breaks_off(last: str, option: str) -> bool:
    """Whether the line ends with the beginning of an option."""
    whole, said = plain(option), plain(last)
    at = said.find(" ".join(whole.split()[:3]))
    return at >= 0 and len(said[at:].split()) > 2 and whole.startswith(said[at:]) and whole.rstrip(".!? ") != said[at:]


def _open_quote(line: str) -> bool:
    return line.rfind("“") > line.rfind("”") and len(line.split()) > 4


def _prose_without_end(lines: list[str], last: str, count: int, record: Record) -> bool:
    if _open_quote(last) and "”" not in last[last.rfind("“") :]:
        return True
    if count > 4 and record.answer_form == "option" and (said := _LETTERED.match(last)):
        return not any(holds(o, said[1]) or bare(said[1]).endswith(bare(o)) for o in record.options)
    if count < 4 or last.startswith("#") or answer_line(last) is not None or last.endswith(("**", "`")):
        return False
    capitals = sum(1 for w in last.split() if w[:1].isupper())
    if count <= 8 and capitals > count / 2:
        return False
    if count <= 12 and len(lines) > 2 and lines[-2].endswith(",") and len(lines[-2].split()) <= 6:
        return False  # who signs a letter, below its closing words
    item = bool(LIST_MARK.match(last + " "))
    if item or _LABEL.match(last):
        alike = [
            line for line in lines[:-1] if bool(LIST_MARK.match(line + " ")) == item and (item or _LABEL.match(line))
        ]
        ended = sum(1 for line in alike if _ENDS.search(line.rstrip(_CLOSERS)))
        return 2 * ended > len(alike) if alike else re.search(r"[.!?] +[A-Z]", last) is not None
    if record.answer_form == "calls":  # talk with a user, never a fragment that was asked for
        return True
    if record.answer_form == "label" and len(lines) > 1:  # a reason beside the label, and not the label itself
        return not any(bare(last).endswith(bare(option.split(":", 1)[0])) for option in record.options)
    others = [
        line
        for line in lines[:-1]
        if len(line.split()) > 3 and not LIST_MARK.match(line + " ") and not line.startswith("#")
    ]
    if re.search(r"(?:[^\W\d_]{2}|\d)[\"'”)]*[.!?][\"'”)]* +[\"'“(]?[A-Z]", last):
        return True
    if others:
        ended = sum(1 for line in others if _ENDS.search(line.rstrip(_CLOSERS)))
        return 2 * ended > len(others)
    source = record.passage.rstrip().rstrip(_CLOSERS)
    return len(last.split()) > 30 and (not source or _ENDS.search(source) is not None)


def _loop(text: str, record: Record) -> str | None:
    prose = FENCE.sub(" ", text)  # code says the same thing many times, in tests above all
    lines = Counter(
        plain(line) for line in prose.splitlines() if sum(1 for w in line.split() if any(map(str.isalpha, w))) >= 3
    )
    said = Counter(s for sentence in sentences(prose) if len((s := plain(sentence)).split()) >= 4)
    if any(n >= 4 for n in lines.values()) or any(n >= 4 for n in said.values()):
        return "a line or sentence is repeated"
    tokens = words(text)
    if _repeats(tokens) and not _repeats(words(record.passage)):
        return "a phrase is repeated at once"
    tokens = words(prose)
    grams = (
        Counter(zip(*(tokens[i:] for i in range(8)), strict=False))
        if len(tokens) >= 56 or len(set(tokens)) * 5 < len(tokens)
        else Counter()
    )
    if any(n > 6 for n in grams.values()):
        return "a phrase is repeated"
    if len(text) > 1500:
        raw = text.encode("utf-8", "replace")
        if len(zlib.compress(raw, 1)) < 0.1 * len(raw):
            return "hardly anything but repetition"
    return None


def _repeats(tokens: tuple[str, ...]) -> bool:
    """Whether three to sixty words follow themselves four times in a row, without a break."""
    for period in range(3, min(60, len(tokens) // 4) + 1):
        run = 0
        for here, before in zip(tokens[period:], tokens, strict=False):
            run = run + 1 if here == before else 0
            if run >= 3 * period:
                return True
    return False


def _other_script(text: str, record: Record) -> str | None:
    asked = f"{record.instruction}\n{_seen(record)}"
    if not _NON_LATIN.search(text) and not _NON_LATIN.search(asked):
        return None
    if asks_language(record.instruction or asked):
        return None
    ours, theirs = ([len(p.findall(t)) for p in _SCRIPTS] for t in (text, f"{asked}\n{record.passage}"))
    if sum(ours) < 10 or not sum(theirs):
        return None
    foreign = sum(n for n, known in zip(ours, theirs, strict=True) if known < 0.02 * sum(theirs))
    main = theirs.index(max(theirs))
    return (
        "in another script than the instruction"
        if foreign > 0.15 * sum(ours) or (theirs[main] > 0.8 * sum(theirs) and ours[main] < 0.2 * sum(ours))
        else None
    )
