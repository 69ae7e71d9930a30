"""Whether an answer refuses, talks of itself as a model, offers help nobody asked for, or shows traces of its prompts."""

from __future__ import annotations

import re

from tasks.checks.check import Doubt
from tasks.checks.declining import nothing_else
from tasks.checks.gone_over import gone_over, wants_check
from tasks.records import Record
from tasks.text.plain import calm, plain
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.voices import own_voice, speaks_for_others

_REFUSALS = re.compile(
    r"\bi(?:'m| am) (?:sorry|afraid),? (?:but )?(?:i |that i )?(?:can't|cannot|can not|am unable|won't|am not able)\b"
    r"|\bi (?:can't|cannot|can not|won't|am unable to|am not able to|must decline to) (?:assist|help"
    r"|fulfil|comply|complete|provide (?:that|this|an answer|assistance|the requested)|engage|do that"
    r"|answer (?:that|this)|process)\b"
    r"|\bi'm (?:unable|not able) to (?:assist|help|fulfil|comply|complete|provide|engage|answer"
    r"|process)\b|\bi apologi[sz]e,? but\b|\bi (?:do not|don't) have (?:access to|the (?:text|passage"
    r"|ability))\b"
)
_CANNOT = r"\bi(?:'m| am)? (?:can't|cannot|can not|won't|unable to|not able to|must decline to) (?:\w+ )?"
_REFUSES_REQUEST = re.compile(
    rf"{_CANNOT}assist\b|{_CANNOT}(?:help(?: you)? with|(?:fulfil|comply with|provide|give|offer|write|create|generate|produce))"
    r" (?:you )?(?:with )?(?:that|this|it|any|such|your|an? (?:answer|response|reply)|the requested|assistance)\b"
    rf"|{_CANNOT}[^.]{{0,40}}\b(?:this|that|your) (?:request|prompt)\b"
)
"""What only an assistant says of what it was asked for, even where its answer speaks for somebody else."""
_UNWILLING = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|won't|will not|unable|not able|declin(?:e|ing)|refuse|(?:rather|prefer) not"
    r"|not comfortable"
    r"|not willing|not in a position|have to (?:pass|say no)|must (?:pass|say no)|not going to|not something (?:i|we) can"
    r"|(?:outside|beyond) what (?:i|we)|against (?:my|our))\b"
)
_SPEAKER = re.compile(r"\b(?:i|i'm|i'd|i'll|we|we're|me|my|our)\b")
_OPENING = 200
"""Characters within which a refusal of the request stands."""
_SHORT = 60
"""Words up to which an answer that begins with a refusal may be nothing else."""
# Signs are cheap to look for; a pattern can match only where one of its signs stands.
_TRACES = (
    (("<",), re.compile(r"</?[a-z_]{2,30}-[0-9a-f]{10}>|</?think(?:ing)?>|<\|[a-z_]{2,20}\|>|<</?sys>>")),
    (("inst]",), re.compile(r"\[/?inst\]")),
    (("material to work on",), re.compile(r"\bmaterial to work on\b")),
    (
        ("answer form", "answer_form", "answer key", "author's key"),
        re.compile(r"\banswer[ _](?:form|key)\b|\bauthor's key\b"),
    ),
    (("task type", "task_type"), re.compile(r"\btask[ _]type\s?:")),
)
_MODEL_TALK = (
    (
        ("as a",),
        re.compile(
            r"\bas an? (?:ai|artificial intelligence|large language|language)(?: language)? (?:model|assistant)\b|\bas an ai\b"
        ),
    ),
    (
        ("i'm a", "i am a", "i'm just a", "i'm only a"),
        re.compile(r"\bi(?:'m| am) (?:just |only )?an? (?:ai|large language model|language model)\b"),
    ),
    (
        ("certainly", "sure", "of course", "absolutely", "definitely"),
        re.compile(
            r"\b(?:certainly|sure|of course|absolutely|definitely)[!,.:] *"
            r"(?:here|below|i'd be|i would be|i can|i'll|let me|let's|the following|happy to)\b"
            r"|^(?:certainly|sure thing|of course|absolutely|sure)!"
        ),
    ),
    (
        ("question", "glad you asked"),
        re.compile(
            r"(?:^|\bthat's an? |\bthat is an? |\bwhat an? )(?:great|good|excellent|interesting|fantastic|wonderful) question\b"
            r"|\bthank you for (?:your|the) question\b|\bglad you asked\b"
        ),
    ),
    (("cutoff", "cut-off"), re.compile(r"\bknowledge cut-?off\b")),
    (
        ("my ",),
        re.compile(
            r"\bmy (?:training data|last (?:knowledge )?update|knowledge base)\b|\bas of my (?:last|latest"
            r"|most recent|knowledge|training)\b"
            r"|\bmy (?:system )?(?:prompt|instructions) (?:say|tell|state)"
        ),
    ),
    (
        ("i do not have", "i don't have"),
        re.compile(r"\bi (?:do not|don't) have (?:real-time|personal (?:opinions|experiences|feelings|beliefs))\b"),
    ),
)
_GROUND = re.compile(
    r"\b(?:because|since|as (?:the|no|none)|due to|error|fail\w*|no (?:results?|matches|such|function|tool)|not (?:found|on"
    r" offer|available|exist)|none of|without|functions?|tools?)\b|[:;]"
)
_OFFERS = re.compile(
    r"\bhope (?:this|that|it) (?:helps|clarifies|answers|is helpful|was helpful)\b|\b(?:don't|do not) hesitate to\b"
    r"|\bfeel free to (?:ask|reach out|let me know|contact)\b|\bis there anything else\b|\blet me know[!.]?$"
    r"|\blet me know if (?:you(?:'d| would)? (?:need|have|want|like)|there(?:'s| is)|anything|i can)\b"
    r"|(?:\bi(?:'m| am|'d be| would be|'ll be)(?: \w+)? |^|[.!] )(?:happy|glad) to (?:help|assist)\b"
    r"|\bwould you like me to (?:\w+ ){0,6}(?:any|anything|more|further|else|elaborate|expand|other)\b"
)
_CLOSING_OFFERS = re.compile(r"\bwould you like me to\b|\blet me know(?= if| whether| should you|[!.,]|$)")
"""What is a fair question within a conversation, and an offer at the end of an answer that nobody can reply to."""
_LETTER = re.compile(
    r"^[^\w\n]{0,9}(?:dear|hi|hello|hey|subject|to whom)\b|^[^\w\n]{0,9}(?:best|kind|warm|yours|sincerely|regards"
    r"|cheers|thanks)\b[^\n]{0,30}$",
    re.I | re.M,
)
_UNSUITABLE = re.compile(r"\bUNSUITABLE\b")
_GAP = re.compile(
    r"(?<![\w`)\]])\[(?:your|my|insert|recipient|sender|company|name|date|address|phone|e-?mail|title|position"
    r"|signature|amount|city"
    r"|place|location)\b[^\]\n]{0,40}\](?!\()",
    re.I,
)
_WITH_GAPS = re.compile(
    r"\btemplates?\b|\bplaceholders?\b|\bblanks?\b|\bgaps?\b|\bfill(?:ed)? in\b|\bbrackets?\b|\bforms?\b"
)


def no_boilerplate(record: Record) -> str | Doubt | None:
    """Rejects refusals, talk about being a model, pleasantries, gaps left to fill, and traces of the prompts behind "
    "the data."""
    asked = plain("\n".join([record.instruction, *(t for t in _texts(record, "user"))]))
    voiced = record.answer_form == "text" and speaks_for_others(asked, record.passage)
    talk = len(_texts(record, "user")) > 1 or record.answer_form == "calls"
    source: str | None = None
    for text in map(calm, _texts(record, "assistant")):
        said, own = plain(text), plain(own_voice(text))
        hits = [
            (said, m) for signs, pattern in _TRACES if any(s in said for s in signs) for m in pattern.finditer(said)
        ]
        hits += [(own, m) for signs, p in _MODEL_TALK if any(s in own for s in signs) for m in p.finditer(own)]
        hits += [(own, m) for m in _refusals(own, record, voiced)]
        # A letter that was asked for may well end with an offer.
        if not _LETTER.search(text):
            offers = [_OFFERS] if talk or voiced else [_OFFERS, _CLOSING_OFFERS]
            hits += [(own, m) for pattern in offers for m in pattern.finditer(own)]
        if hits:
            source = source if source is not None else plain(f"{record.passage}\n{_seen(record)}")
            if any(where[m.start() : m.end() + 12] not in source for where, m in hits):
                return "boilerplate, a refusal or a trace of a prompt"
        if _UNSUITABLE.search(text) and not _UNSUITABLE.search(f"{record.passage}\n{_seen(record)}"):
            return "a trace of a prompt"
        if any(len(s.split()) >= 6 and s in said for s in map(_stripped, _texts(record, "system"))):
            return "the system prompt is repeated"
    if not voiced and (found := _gone_over(record)):
        return found
    if record.answer_form == "text" and record.answerable:
        return _only_declines(record, talk) or _gap(record, asked, talk)
    return None


def _gone_over(record: Record) -> str | Doubt | None:
    """The remark that the answer was gone over once more, where nobody asked for a check."""
    answers = _texts(record, "assistant")
    number = next((n for n in map(gone_over, answers) if n), 0)
    if not number or wants_check("\n".join([record.instruction, *_texts(record, "user"), *_texts(record, "system")])):
        return None
    problem = f"sentence {number} reports that the answer was gone over once more, which nobody asked for"
    if not _texts(record, "tool"):
        return problem
    return Doubt(problem, "Do the calls show that what the answer says was checked again was called for again?", {})


def _refusals(own: str, record: Record, voiced: bool) -> list[re.Match[str]]:
    if (not record.answerable or record.answer_form == "calls" or bool(record.missing)) and not _bare_refusal(own):
        return []
    # A speaker in a piece, and whoever a draft is written for, may well be unable to do something.
    opening = _REFUSES_REQUEST.search(own[:_OPENING])
    return [*([opening] if opening else []), *([] if voiced else _REFUSALS.finditer(own))]


def _bare_refusal(said: str) -> bool:
    """Whether a refusal gives no ground, such as a missing function or a call that failed."""
    return len(said.split()) <= 14 and _GROUND.search(said) is None


def _only_declines(record: Record, talk: bool) -> str | Doubt | None:
    text = reply(record)
    if nothing_else(text) and len(record.passage.split()) > 25 and _stripped(text) not in plain(record.passage):
        return "nothing but a sentence that declines"
    opening = plain(next(iter(sentences(own_voice(text))), ""))
    if talk or len(text.split()) > _SHORT or not (_UNWILLING.search(opening) and _SPEAKER.search(opening)):
        return None
    if _UNWILLING.search(plain(record.passage)) or opening.rstrip(".") in plain(record.passage):
        return None
    return Doubt(
        "the answer declines to do what is asked",
        "Does the answer do what the task asks for, rather than decline to do it?",
        {"answer": text},
    )


def _gap(record: Record, asked: str, talk: bool) -> str | None:
    if talk or _WITH_GAPS.search(asked):
        return None
    shown = plain(f"{record.passage}\n{asked}")
    gaps = [m for m in _GAP.finditer(reply(record)) if plain(m[0]) not in shown]
    return "a gap is left to be filled in" if gaps else None


def _texts(record: Record, role: str) -> list[str]:
    found = (m.get("content") for m in record.messages if m.get("role") == role)
    return [text for text in found if isinstance(text, str) and text]


def _seen(record: Record) -> str:
    return "\n".join([*_texts(record, "user"), *_texts(record, "tool")])


def _stripped(text: str) -> str:
    return plain(text).rstrip(".")
