"""Checks of a finished conversation that need no key: its form, its manners, its completeness, and when to decline."""

from __future__ import annotations

import re
import zlib
from collections import Counter

from tasks.answers.final import answer_line
from tasks.checks.declining import nothing_else
from tasks.records import Record
from tasks.text.plain import calm, plain
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.words import bare, holds, words

MAX_CHARACTERS = 60_000

_REFUSALS = re.compile(
    r"\bi(?:'m| am) (?:sorry|afraid),? (?:but )?(?:i |that i )?(?:can't|cannot|can not|am unable|won't|am not able)\b"
    r"|\bi (?:can't|cannot|can not|won't|am unable to|am not able to|must decline to) (?:assist|help"
    r"|fulfil|comply|complete|provide (?:that|this|an answer|assistance|the requested)|engage|do that"
    r"|answer (?:that|this)|process)\b"
    r"|\bi'm (?:unable|not able) to (?:assist|help|fulfil|comply|complete|provide|engage|answer"
    r"|process)\b|\bi apologi[sz]e,? but\b|\bi (?:do not|don't) have (?:access to|the (?:text|passage"
    r"|ability))\b"
)
# Signs are cheap to look for; a pattern can match only where one of its signs stands.
_BOILERPLATE = tuple(
    (signs, re.compile(pattern))
    for signs, pattern in (
        (
            ("as a",),
            r"\bas an? (?:ai|artificial intelligence|large language|language)(?: language)? (?:model|assistant)\b"
            r"|\bas an ai\b",
        ),
        (
            ("i'm a", "i am a", "i'm just a", "i'm only a"),
            r"\bi(?:'m| am) (?:just |only )?an? (?:ai|large language model|language model)\b",
        ),
        (
            ("certainly", "sure", "of course", "absolutely", "definitely"),
            r"\b(?:certainly|sure|of course|absolutely|definitely)[!,.:] *"
            r"(?:here|below|i'd be|i would be|i can|i'll|let me|let's|the following|happy to)\b"
            r"|^(?:certainly|sure thing|of course|absolutely|sure)!",
        ),
        (
            ("question", "glad you asked"),
            r"(?:^|\bthat's an? |\bthat is an? |\bwhat an? )(?:great|good|excellent|interesting|fantastic"
            r"|wonderful) question\b"
            r"|\bthank you for (?:your|the) question\b|\bglad you asked\b",
        ),
        (("<",), r"</?[a-z_]{2,30}-[0-9a-f]{10}>|</?think(?:ing)?>|<\|[a-z_]{2,20}\|>|<</?sys>>"),
        (("inst]",), r"\[/?inst\]"),
        (("material to work on",), r"\bmaterial to work on\b"),
        (("answer form", "answer_form", "answer key", "author's key"), r"\banswer[ _](?:form|key)\b|\bauthor's key\b"),
        (("task type", "task_type"), r"\btask[ _]type\s?:"),
        (("cutoff", "cut-off"), r"\bknowledge cut-?off\b"),
        (
            ("my ",),
            r"\bmy (?:training data|last (?:knowledge )?update|knowledge base)\b|\bas of my (?:last|latest"
            r"|most recent|knowledge|training)\b"
            r"|\bmy (?:system )?(?:prompt|instructions) (?:say|tell|state)",
        ),
        (
            ("i do not have", "i don't have"),
            r"\bi (?:do not|don't) have (?:real-time|personal (?:opinions|experiences|feelings|beliefs))\b",
        ),
    )
)
_GROUND = re.compile(
    r"\b(?:because|since|as (?:the|no|none)|due to|error|fail\w*|no (?:results?|matches|such|function|tool)|not (?:found|on"
    r" offer|available|exist)|none of|without|functions?|tools?)\b|[:;]"
)
_OFFERS = re.compile(
    r"\bhope (?:this|that|it) (?:helps|clarifies|answers|is helpful|was helpful)\b|\blet me know(?= if"
    r"| whether| should you|[!.,]|$)"
    r"|\bfeel free to (?:ask|reach out|let me know|contact)\b|\b(?:don't|do not) hesitate to\b"
    r"|\bis there anything else\b"
    r"|\b(?:happy|glad) to help\b|\bwould you like me to\b"
)
_LETTER = re.compile(
    r"^[^\w\n]{0,9}(?:dear|hi|hello|hey|subject|to whom)\b|^[^\w\n]{0,9}(?:best|kind|warm|yours|sincerely|regards"
    r"|cheers|thanks)\b[^\n]{0,30}$",
    re.I | re.M,
)
_UNSUITABLE = re.compile(r"\bUNSUITABLE\b")

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
_LETTERED = re.compile(r"\W{0,3}[A-H][.):]+\s+(\S.*)")
_LABEL = re.compile(r"^\W*[\w' -]{1,30}:\W*\S")
ASKS_LANGUAGE = re.compile(
    r"\btranslat|\btransliterat|\blanguages?\b|\bdialect|\bscript\b|\balphabet|\bcode.?switch|\b(?:into"
    r"|in|to) (?:simple |plain |formal |modern )?(?:arabic|bengali|chinese|mandarin|cantonese|"
    r"english|french|german|greek|hebrew|hindi|italian|japanese|korean|persian|polish|portuguese|russian"
    r"|spanish|swahili|thai|turkish|ukrainian|urdu|vietnamese)\b"
)
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


def no_boilerplate(record: Record) -> str | None:
    """Rejects refusals, talk about being a model, pleasantries, and traces of the prompts behind the data."""
    declines = not record.answerable or record.answer_form == "calls" or bool(record.missing)
    source: str | None = None
    for message in record.messages:
        text = message.get("content")
        if message.get("role") != "assistant" or not isinstance(text, str) or not text:
            continue
        text = calm(text)
        said = plain(text)
        hits = [m for signs, pattern in _BOILERPLATE if any(s in said for s in signs) for m in pattern.finditer(said)]
        hits += _REFUSALS.finditer(said) if not declines or _bare_refusal(said) else []
        # A letter that was asked for may well end with an offer.
        hits += [] if _LETTER.search(text) else _OFFERS.finditer(said)
        if hits:
            source = source if source is not None else plain(f"{record.passage}\n{_seen(record)}")
            if any(said[m.start() : m.end() + 12] not in source for m in hits):
                return "boilerplate, a refusal or a trace of a prompt"
        if _UNSUITABLE.search(text) and not _UNSUITABLE.search(f"{record.passage}\n{_seen(record)}"):
            return "a trace of a prompt"
        if any(len(s.split()) >= 6 and s in said for s in _system(record)):
            return "the system prompt is repeated"
    if record.answer_form == "text" and record.answerable and _only_declines(reply(record), record.passage):
        return "nothing but a sentence that declines"
    return None


def _bare_refusal(said: str) -> bool:
    """Whether a refusal gives no ground, such as a missing function or a call that failed."""
    return len(said.split()) <= 14 and _GROUND.search(said) is None


def _only_declines(text: str, passage: str) -> bool:
    return nothing_else(text) and len(passage.split()) > 25 and plain(text).rstrip(".") not in plain(passage)


def _seen(record: Record) -> str:
    return "\n".join(str(m.get("content") or "") for m in record.messages if m.get("role") in {"user", "tool"})


def _system(record: Record) -> list[str]:
    return [plain(str(m.get("content") or "")).rstrip(".") for m in record.messages if m.get("role") == "system"]


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
    lines = Counter(
        plain(line) for line in text.splitlines() if sum(1 for w in line.split() if any(map(str.isalpha, w))) >= 3
    )
    said = Counter(s for sentence in sentences(text) if len((s := plain(sentence)).split()) >= 4)
    if any(n >= 4 for n in lines.values()) or any(n >= 4 for n in said.values()):
        return "a line or sentence is repeated"
    tokens = words(text)
    if _repeats(tokens) and not _repeats(words(record.passage)):
        return "a phrase is repeated at once"
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
    if ASKS_LANGUAGE.search(plain(record.instruction or asked)):
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
