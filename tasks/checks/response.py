"""Checks of a finished conversation that need no key: its form, its manners, its completeness, and when to decline."""

from __future__ import annotations

import re
import zlib
from collections import Counter

from tasks.checks.answers import LETTERS, agreement, extract
from tasks.checks.final import answer_line, first_sentence, unmarked
from tasks.checks.normal import LIST_MARK, bare, holds, plain, reply, sentences, words
from tasks.records import Json, Record

MAX_CHARACTERS = 60_000

_REFUSALS = re.compile(
    r"\bi(?:'m| am) (?:sorry|afraid),? (?:but )?(?:i |that i )?(?:can't|cannot|can not|am unable|won't|am not able)\b"
    r"|\bi (?:can't|cannot|can not|won't|am unable to|am not able to|must decline to) (?:assist|help|fulfil|comply|complete|provide (?:that|this|an answer|assistance|the requested)|engage|do that|answer (?:that|this)|process)\b"
    r"|\bi'm (?:unable|not able) to (?:assist|help|fulfil|comply|complete|provide|engage|answer|process)\b|\bi apologi[sz]e,? but\b"
)
_BOILERPLATE = re.compile(
    r"\bas an? (?:ai|artificial intelligence|large language|language)(?: language)?(?: model| assistant)?\b|\bi(?:'m| am) (?:just |only )?an? (?:ai|large language model|language model)\b"
    r"|\b(?:certainly|sure|of course|absolutely|definitely)[!,.:] *(?:here|below|i'd be|i would be|i can|i'll|let me|let's|the following|happy to)\b|^(?:certainly|sure thing|of course|absolutely|great question|sure)!"
    r"|\bi hope (?:this|that|it) (?:helps|clarifies|answers|is helpful|was helpful)\b|\bhope (?:this|that) helps\b"
    r"|\b(?:please )?(?:let me know|feel free to (?:ask|reach out|let me know)|don't hesitate to)\b(?: if| whether| what| to ask|[!.,]|$| should)?(?<! to)(?= you|[ .!?,]|$)"
    r"|\b(?:great|good|excellent|interesting|fantastic|wonderful) question\b|\bthank you for (?:your|the) question\b|\bis there anything else\b|\bhappy to help\b|\bglad (?:you asked|to help)\b"
    r"|</?[a-z_]{2,30}-[0-9a-f]{10}>|\bmaterial to work on\b|\banswer[ _]form\b|\btask[ _]type\s?:|</?think(?:ing)?>|<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>"
    r"|\bknowledge cut-?off\b|\b(?:my|the model's) (?:training data|last (?:knowledge )?update|knowledge base)\b|\bas of my (?:last|latest|most recent|knowledge|training)\b|\bmy (?:system )?(?:prompt|instructions) (?:say|tell|state)"
    r"|\bi (?:do not|don't) have (?:real-time|personal (?:opinions|experiences|feelings|beliefs))\b|\bthe (?:author's|answer) key\b"
)
_UNSUITABLE = re.compile(r"\bUNSUITABLE\b")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ud800-\udfff\ue000-\uf8ff\ufff0-\ufffb]")
_CLOSERS = " \t\"'”’»)]}*_`>|~"
_ENDS = re.compile(
    r"[.!?…。！？।؟:;=»]$|[\U0001F000-\U0001FAFF☀-➿\ufe0f]$|(?:https?://|www\.|[#@])\S*$|\d[%°]?$|[)\]}>|`]$"
)
_CUT = re.compile(r"(?:[:,;(\[{&+/]|(?<=\s)[-–—]|(?<=\w)[-–—])$")
_DANGLING = re.compile(r"^[ \t]*(?:[-*•+]|\(?\d{1,3}[.)]|#{1,6}|\*\*)[ \t]*$")
_MINOR = frozenset(
    "the an of and or to in with for that which is was are were by from as at on into because but if than their its his "
    "her this these those while when where who whose be been has have had not will would can could should may might so such very".split()
)
_LABEL = re.compile(r"^\W*[\w' -]{1,30}:\W*\S")
_ASKS_LANGUAGE = re.compile(
    r"\btranslat|\btransliterat|\blanguages?\b|\bdialect|\bscript\b|\balphabet|\bcode.?switch|\b(?:into|in|to) (?:simple |plain |formal |modern )?(?:arabic|bengali|chinese|mandarin|cantonese|"
    r"english|french|german|greek|hebrew|hindi|italian|japanese|korean|persian|polish|portuguese|russian|spanish|swahili|thai|turkish|ukrainian|urdu|vietnamese)\b"
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

_NOT_SAY = (
    r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would) ?(?:n't|not)"
    r"(?: (?:actually|explicitly|directly|specifically|ever|clearly|itself|really|state or|contain|give|provide|offer|include|mention|say|been))*"
    r"(?: (?:state[sd]?|say|said|mention(?:ed)?|specif(?:y|ied)|provide[sd]?|give[n]?|tell|told|indicate[sd]?|include[sd]?|contain(?:ed)?|reveal(?:ed)?|disclose[sd]?|address(?:ed)?|describe[sd]?|explain(?:ed)?|"
    r"supply|supplied|list(?:ed)?|record(?:ed)?|name[sd]?|offer(?:ed)?|report(?:ed)?|identif(?:y|ied)|clarif(?:y|ied)|discuss(?:ed)?|present|available|stated|known|cover(?:ed)?|answer(?:ed)?|make clear|go into|let us|allow))\b"
)
_ABSTAINS = re.compile(
    rf"\b{_NOT_SAY}"
    r"|\b(?:never|nowhere|neither|fails to|omits?|leaves out|silent (?:on|about)|stops short of)(?: (?:once|is|are|does|do|it|explicitly|actually))* ?(?:states?|stated|says?|said|mentions?|mentioned|specif(?:y|ies|ied)|gives?|given|provides?|provided|tells?|told|indicates?|the|whether|when|who|what|how|which|why|where)\b"
    r"|\b(?:can ?not|can't|could not|couldn't|impossible to|unable to|not possible to|no way to|there is no way|not able to|isn't possible to|not enough to)(?: be)?(?: (?:reliably|definitively|possibly))? ?(?:determine|determined|answer|answered|tell|told|say|said|know|known|find|found|establish|established|infer|inferred|deduce|deduced|identify|identified|ascertain|ascertained|conclude|concluded|work out|worked out|derive|derived|calculate|calculated|state|stated|specify)\b"
    r"|\bnot (?:enough|sufficient|adequate) (?:information|details?|data|evidence|context)\b|\b(?:insufficient|lacks?|lacking|missing|without) (?:the |any |enough |sufficient )?(?:information|details?|data|evidence|context)\b"
    r"|\b(?:no|little) (?:such |specific |explicit |further |relevant |direct )?(?:information|mention|details?|indication|data|reference|answer|statement|figure|date|name|number|reason|evidence|explanation)s?\b(?: \w+){0,6}?(?: (?:is|are|was|given|provided|stated|in the|about|of|on|for|as to|to)\b|[.,;]|$)"
    r"|\bunanswerable\b|\bundetermined\b|\bindeterminate\b|\bunspecified\b|\bunstated\b|\bunknown\b|\bnot (?:stated|given|mentioned|specified|provided|known|available|disclosed|indicated|included|described|answerable|determinable|clear from|in the (?:text|passage)|named|recorded|reported|explained|covered|addressed|listed|possible to)\b"
)
_OUT_OF_REACH = re.compile(
    r"\b(?:do not|don't|does not|doesn't|did not) (?:currently )?(?:have|see|offer|include|support|provide|let|allow|cover|contain)\b|\bnone of (?:the|my|these)\b|\bno (?:available |suitable |matching |such )?(?:\w+ )?(?:tool|function|api|way|option|capability|means|access)s?\b"
    r"|\b(?:can't|cannot|can not|unable to|not able to|couldn't|isn't able|aren't able|not possible|isn't possible|not something i can|beyond (?:what|my)|outside (?:what|of what|my|the))\b|\b(?:isn't|is not|not|aren't) (?:currently )?(?:available|supported|offered|among|on offer|within|part of|one of|something)\b|\black(?:s|ing)? (?:a|the|any)\b|\bonly (?:able to|have|tools|functions)\b"
)
_UNDECIDED = re.compile(
    r"cannot be (?:determined|known|inferred|established)|can't be determined|not (?:enough|sufficient) information|(?:does|do) not (?:say|state|specify|mention)|not (?:stated|given|mentioned|specified|known|possible to (?:say|tell|determine))|impossible to (?:say|tell|determine)|insufficient|unknown|unanswerable|no way to (?:know|tell)|(?:isn't|is not) (?:stated|given|said|specified|mentioned)|no answer|undetermined"
)
_ASKS_ABSENCE = re.compile(r"\b(?:not|never|nowhere|omit|omits|fail|fails|missing|unanswer\w+|n't)\b")


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
        said = plain(text)
        hits = [m[0] for m in _BOILERPLATE.finditer(said)] + (
            [] if declines else [m[0] for m in _REFUSALS.finditer(said)]
        )
        if hits:
            source = source if source is not None else plain(f"{record.passage}\n{_seen(record)}")
            if any(hit not in source for hit in hits):
                return "boilerplate, a refusal or a trace of a prompt"
        if _UNSUITABLE.search(text) and not _UNSUITABLE.search(f"{record.passage}\n{_seen(record)}"):
            return "a trace of a prompt"
        if any(len(s.split()) >= 6 and s in said for s in _system(record)):
            return "the system prompt is repeated"
    return None


def _seen(record: Record) -> str:
    return "\n".join(str(m.get("content") or "") for m in record.messages if m.get("role") in {"user", "tool"})


def _system(record: Record) -> list[str]:
    return [plain(str(m.get("content") or "")).rstrip(".") for m in record.messages if m.get("role") == "system"]


def complete(record: Record) -> str | None:
    """Rejects an answer that is cut off, runs in a loop, holds stray characters or is in another script."""
    text = reply(record).rstrip()
    if _CONTROL.search(text):
        return "stray characters"
    return _cut_off(text, record) or _loop(text) or _other_script(text, record)


def _cut_off(text: str, record: Record) -> str | None:
    if text.count("```") % 2:
        return "an unclosed code fence"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return "empty"
    last = lines[-1]
    if _DANGLING.match(last):
        return "ends with a list mark"
    if last.startswith(("```", "|")):
        return None
    end = last.rstrip(_CLOSERS)
    if _CUT.search(last) or (_CUT.search(end) and not last.endswith(("`", ")"))):
        return "ends with a colon or comma"
    if not end or _ENDS.search(end):
        return None
    final = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", end)
    if (
        len(final) >= 3
        and final[-1] in _MINOR
        and not any(holds(o, final[-1]) and holds(last, o) for o in [*record.options, *record.key])
    ):
        return "ends in mid-sentence"
    return "ends in mid-sentence" if _prose_without_end(lines, last, len(final), record) else None


def _prose_without_end(lines: list[str], last: str, count: int, record: Record) -> bool:
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
    others = [
        line
        for line in lines[:-1]
        if len(line.split()) > 3 and not LIST_MARK.match(line + " ") and not line.startswith("#")
    ]
    if re.search(r"[^\W\d_]{2}[.!?][\"'”)]* +[\"'“(]?[A-Z]", last):
        return True
    if others:
        ended = sum(1 for line in others if _ENDS.search(line.rstrip(_CLOSERS)))
        return 2 * ended > len(others)
    source = record.passage.rstrip().rstrip(_CLOSERS)
    return len(last.split()) > 30 and (not source or _ENDS.search(source) is not None)


def _loop(text: str) -> str | None:
    lines = Counter(
        plain(line) for line in text.splitlines() if sum(1 for w in line.split() if any(map(str.isalpha, w))) >= 3
    )
    said = Counter(s for sentence in sentences(text) if len((s := plain(sentence)).split()) >= 4)
    if any(n >= 4 for n in lines.values()) or any(n >= 4 for n in said.values()):
        return "a line or sentence is repeated"
    tokens = words(text)
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


def _other_script(text: str, record: Record) -> str | None:
    asked = f"{record.instruction}\n{_seen(record)}"
    if not _NON_LATIN.search(text) and not _NON_LATIN.search(asked):
        return None
    if _ASKS_LANGUAGE.search(plain(record.instruction or asked)):
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


def abstains(record: Record) -> str | None:
    """Rejects an answer to an unanswerable task that does not decline, and one to an answerable task that does."""
    return _declined(record) if record.answerable else _not_declined(record)


def _not_declined(record: Record) -> str | None:
    text = reply(record)
    said = plain(unmarked(text))
    undecided = {LETTERS[i] for i, o in enumerate(record.options[:8]) if _UNDECIDED.search(plain(o))}
    found = extract(record, text)
    if record.answer_form == "option" and found:
        return None if found[0] in undecided else "picks an option of an unanswerable item"
    if record.answer_form == "calls":
        return (
            None if _OUT_OF_REACH.search(said) or _ABSTAINS.search(said) else "does not say that the tools cannot do it"
        )
    if not _ABSTAINS.search(said):
        return "does not say that the text leaves it open"
    line = answer_line(text)
    if (
        line is not None
        and line
        and not _ABSTAINS.search(plain(line))
        and not re.match(r"\W*(?:none|n/?a|no answer|nothing|not\b|cannot|-+$)", plain(line))
    ):
        return "declines and states an answer all the same"
    keys = [k for k in record.key if bare(k) and not _UNDECIDED.search(plain(k)) and not _ABSTAINS.search(plain(k))]
    if record.answer_form in {"span", "number", "text"} and any(
        holds(text, k) for k in keys if len(bare(k)) > 1 and len(k.split()) < 12
    ):
        return "states the key that the text does not hold"
    if record.answer_form == "truth" and keys and found == keys:
        return "judges a claim that the text leaves open"
    return None


def _declined(record: Record) -> str | None:
    if record.answer_form == "calls" or record.missing:
        return None
    text = reply(record)
    said = plain(unmarked(text))
    if not _ABSTAINS.search(said) or agreement(record):
        return None
    if any(_UNDECIDED.search(plain(o)) for o in record.options) or any(_ABSTAINS.search(plain(k)) for k in record.key):
        return None
    line = answer_line(text)
    if line is not None:
        return "declines an answerable task" if _ABSTAINS.search(plain(line)) and not extract(record, text) else None
    if record.answer_form in {"option", "truth", "number", "order", "matching"} and extract(record, text):
        return None
    if _ASKS_ABSENCE.search(plain(record.instruction)):
        return None
    opening = plain(first_sentence(said_all[0])) if (said_all := sentences(unmarked(text))) else said
    short = len(text.split()) <= 60
    return "declines an answerable task" if short and _MAIN.search(opening) else None


_MAIN = re.compile(
    r"\b(?:text|passage|article|document|author|excerpt|story|information|it|this|answer|question|context|source|material|poem|transcript|conversation|dialogue|data|table|speaker)s?\b[^.]{0,80}?"
    rf"(?:{_ABSTAINS.pattern})|^(?:it is |it's |there is |there's |the answer is |this is )?(?:{_ABSTAINS.pattern})"
)


def message_texts(messages: list[Json], role: str) -> list[str]:
    """The texts of one role's messages, in order."""
    return [str(m.get("content") or "") for m in messages if m.get("role") == role]
