"""Whether a response declines to answer, and whether it should."""

from __future__ import annotations

import re

from tasks.answers import EXACT, OPTION_LETTERS, agreement, read_answer
from tasks.answers.citations import strip_citations
from tasks.answers.final import answer_line, first_sentence, unmarked
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.words import bare, holds

_NOT_SAY = (
    r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would) ?(?:n't|not)"
    r"(?: (?:actually|explicitly|directly|specifically|ever|clearly|itself|really|state or|contain|give"
    r"|provide|offer|include|mention|say|been))*"
    r"(?: (?:state[sd]?|say|said|mention(?:ed)?|specif(?:y|ied)|provide[sd]?|give[n]?|tell|told"
    r"|indicate[sd]?|include[sd]?|contain(?:ed)?|reveal(?:ed)?|disclose[sd]?|address(?:ed)?|describe[sd]?"
    r"|explain(?:ed)?|"
    r"supply|supplied|list(?:ed)?|record(?:ed)?|name[sd]?|offer(?:ed)?|report(?:ed)?|identif(?:y|ied)"
    r"|clarif(?:y|ied)|discuss(?:ed)?|present|available|stated|known|cover(?:ed)?|answer(?:ed)?"
    r"|make clear|go into|let us|allow))\b"
)
_ABSTAINS = re.compile(
    rf"\b{_NOT_SAY}"
    r"|\b(?:never|nowhere|neither|fails to|omits?|leaves out|silent (?:on|about)"
    r"|stops short of)(?: (?:once|is|are|does|do|it|explicitly|actually))* ?(?:states?|stated|says?|said"
    r"|mentions?|mentioned|specif(?:y|ies|ied)|gives?|given|provides?|provided|tells?|told|indicates?|the"
    r"|whether|when|who|what|how|which|why|where)\b"
    r"|\b(?:can ?not|can't|could not|couldn't|impossible to|unable to|not possible to|no way to"
    r"|there is no way|not able to|isn't possible to|not enough to|(?:nobody|no one|one cannot"
    r"|we cannot) can)(?: be)?(?: (?:reliably|definitively|possibly))? ?(?:determine|determined|answer"
    r"|answered|tell|told|say|said|know|known|establish|established|infer|inferred|deduce|deduced"
    r"|identify|identified|ascertain|ascertained|conclude|concluded|work out|worked out|derive|derived"
    r"|calculate|calculated|state|stated|specify)\b"
    r"|\bnot (?:enough|sufficient|adequate) (?:information|details?|data|evidence|context)\b"
    r"|\b(?:insufficient|lacks?|lacking|missing|without) (?:the |any |enough |sufficient |this |that "
    r"|such )?(?:information|details?|data|evidence|context)\b"
    r"|\b(?:no|little) (?:such |specific |explicit |further |relevant |direct )?(?:information|mention"
    r"|hint|clue|sign|word|details?|indication|data|reference|answer|statement|figure|date|name|number"
    r"|reason|evidence|explanation)s?\b(?: \w+){0,6}?(?: (?:is|are|was|given|provided|stated|in the|about"
    r"|of|on|for|as to|to)\b|[.,;]|$)"
    r"|\bnothing (?:in|about|on)\b|\bnot something\b|\bnot appear\b|\bnot told\b|\bnot,? (?:who|what|when"
    r"|why|how|where|which)\b|\b(?:can't|cannot) (?:find|be found)\b|\bunclear\b|\bunanswerable\b"
    r"|\bundetermined\b|\bindeterminate\b|\bunspecified\b|\bunstated\b|\bunknown\b|\bnot (?:stated"
    r"|given(?! to (?:the|a|him|her|them)\b)|mentioned|specified|provided|known|available|disclosed"
    r"|indicated|included|described|answerable|determinable|clear from|in the (?:text|passage)|named"
    r"|recorded|reported|explained|covered|addressed|listed|possible to)\b"
)
_OUT_OF_REACH = re.compile(
    r"\b(?:do not|don't|does not|doesn't|did not) (?:currently )?(?:have|see|offer|include|support"
    r"|provide|let|allow|cover|contain)\b|\bnone of (?:the|my|these)\b|\bno (?:available |suitable "
    r"|matching |such )?(?:\w+ )?(?:tool|function|api|way|option|capability|means|access)s?\b"
    r"|\b(?:can't|cannot|can not|unable to|not able to|couldn't|isn't able|aren't able|not possible"
    r"|isn't possible|not something i can|beyond (?:what|my)|outside (?:what|of what|my|the))\b"
    r"|\b(?:isn't|is not|not|aren't) (?:currently )?(?:available|supported|offered|among|on offer|within"
    r"|part of|one of|something)\b|\black(?:s|ing)? (?:a|the|any)\b|\bonly (?:able to|have|tools"
    r"|functions)\b"
)
_UNDECIDED = re.compile(
    r"cannot be (?:determined|known|inferred|established)|can't be determined|not (?:enough"
    r"|sufficient) information|(?:does|do) not (?:say|state|specify|mention)|not (?:stated|given"
    r"|mentioned|specified|known|possible to (?:say|tell|determine))|impossible to (?:say|tell|determine)"
    r"|insufficient|unknown|unanswerable|no way to (?:know|tell)|(?:isn't|is not) (?:stated|given|said"
    r"|specified|mentioned)|no answer|undetermined"
)
_ASKS_ABSENCE = re.compile(r"\b(?:not|never|nowhere|omit|omits|fail|fails|missing|unanswer\w+|n't)\b")


def abstains(record: Record) -> str | None:
    """Rejects an answer to an unanswerable task that does not decline, and one to an answerable task that does."""
    return _declined(record) if record.answerable else _not_declined(record)


def _not_declined(record: Record) -> str | None:
    text = strip_citations(record, reply(record))
    said = plain(unmarked(text))
    undecided = {OPTION_LETTERS[i] for i, o in enumerate(record.options[:8]) if _UNDECIDED.search(plain(o))}
    found = read_answer(record, text)
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
    text = strip_citations(record, reply(record))
    line = answer_line(text)
    if record.answer_form == "calls" or record.missing or (line is None and len(text.split()) > 60):
        return None
    opening = line if line is not None else next(iter(sentences(unmarked(text))), "")
    said = plain(first_sentence(opening))
    if not (_ABSTAINS if line is not None else _MAIN).search(said):
        return None
    if any(_UNDECIDED.search(plain(o)) for o in record.options) or any(
        _ABSTAINS.search(plain(k)) for k in record.key if record.answer_form != "text" or len(k.split()) < 15
    ):
        return None
    if line is None and _ASKS_ABSENCE.search(plain(record.instruction)):
        return None
    if agreement(record) or (record.answer_form in EXACT - {"set"} and read_answer(record, text)):
        return None
    return "declines an answerable task"


def nothing_else(text: str) -> bool:
    """Whether the text is only a sentence that declines."""
    said = plain(text)
    return len(said.split()) <= 25 and len(sentences(text)) == 1 and bool(_MAIN.search(said) or _NOTHING.match(said))


_NOTHING = re.compile(
    r"(?:the|this) (?:text|passage|document|article) (?:has|contains|holds|offers|gives) (?:nothing|none)\b"
)
_MAIN = re.compile(
    r"\b(?:text|passage|article|document|author|excerpt|story|information|it|this|answer|question|context"
    r"|source|material|poem|transcript|conversation|dialogue|data|table|speaker)s?\b[^.]{0,80}?"
    rf"(?:{_ABSTAINS.pattern})|^(?:it is |it's |there is |there's |the answer is |this is )?(?:{_ABSTAINS.pattern})"
)
