"""Whether a response declines to answer, and whether it should."""

from __future__ import annotations

import re

from tasks.answers import EXACT, OPTION_LETTERS, agreement, read_answer
from tasks.answers.asked import question_of, taking_up
from tasks.answers.citations import strip_citations
from tasks.answers.final import answer_line, emphasised, first_sentence, unmarked
from tasks.checks.check import Doubt
from tasks.records import Record
from tasks.text.phrases import alike, content, denies, says_phrase
from tasks.text.plain import plain
from tasks.text.quantities import Quantity, find_quantities, flat, same_quantity, states
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.words import bare

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
_SUPPOSES = re.compile(r"\b(?:if|unless|would|had it|suppose|for example|e\.g\.)\b", re.I)
_ASKS_FIGURE = re.compile(
    r"\b(?:how (?:many|much|old|long|often|far|large|big|high|tall|wide|deep|heavy|fast|late|early|soon)|when"
    r"|what (?:year|date|time|number|percentage|share|price|age|amount)"
    r"|(?:which|what) (?:\w+ )?(?:year|month|day|date|decade|century|time))\b",
    re.I,
)
_ARTICLE = re.compile(r"(?:an?|per|each|every)\b", re.I)
_ASKED_FOR = tuple(
    (re.compile(rf"\b(?:{asks})\b", re.I), tuple(words.split()))
    for asks, words in {
        "who|whom|whose|called|named": "name person identity names",
        "when": "date year time day month",
        "where": "place location",
        "how (?:many|much|old|long|far|often|large|big|high|deep)": "number figure amount count quantity",
        "why": "reason cause motive explanation",
        "how": "way manner method",
    }.items()
)
"""What a question asks for without naming it."""
_LACKS = re.compile(
    r"\b(?:nothing|nobody|no one|nowhere|lacks?|missing|omits?|silent|open|impossible|unable|unclear|un\w+(?:ed|able|n)"
    r"|insufficient|leaves? (?:it|this|that|the|us)|fails? to|stops? short|left out)\b",
    re.I,
)
_THIS = re.compile(
    r"\b(?:this|that|it|such|answers?|information|details?|question|gap|blank|fact|point|asked|know(?:n|ing)?|tell|say|said"
    r"|stated?)\b",
    re.I,
)
_SOURCE = re.compile(
    r"\b(?:texts?|passages?|articles?|documents?|authors?|excerpts?|story|account|source|sources|material|extract|report|notice"
    r"|letter|writer|here|above|given|know(?:n|ing)?|tell|determine[d]?|answer(?:ed)?|inferred|worked out|say|said|stated?"
    r"|mention(?:ed|s)?|appears?|found|occurs?|named|provided|hear|learn|read)\b",
    re.I,
)
_TURN = re.compile(r";\s|:\s|,?\s\b(?:but|yet|still|so|however|though|although|nevertheless|and)\b,?", re.I)
_SLOT = re.compile(
    r"_{2,}|\b(?:blank|gap|answers?|guess|fill\w*|missing|(?:best|closest|nearest|likeliest|likely|safest)|would|must|should"
    r"|presumably|probably|perhaps|may|might|can)\b",
    re.I,
)
"""Where an answer would go, or that one is supposed."""
_SETTLES = re.compile(
    r"\b(?:is|are|be|was|were|take[sn]?|put|choose|fill\w*|go(?:es)? with|read|reads|become[s]?|fits?|settle\w*|assume\w*)\b",
    re.I,
)
_ELSE = re.compile(r"\b(?:only|is about|speaks? of|mentions?|says?|names?|gives?|talks? about|tells?|for)\b", re.I)
"""What a response tells of the text instead of an answer."""
_WORKING = re.compile(r"[=≈×*÷]|\b(?:times|plus|minus|divided by|makes|gives|comes to|adds? up to)\b", re.I)
_ASKS_ABSENCE = re.compile(r"\b(?:not|never|nowhere|omit|omits|fail|fails|missing|unanswer\w+|n't)\b")


def abstains(record: Record) -> str | Doubt | None:
    """Rejects an answer to an unanswerable task and, where it is plain, one to an answerable task that declines.

    What no program can tell from the words is a doubt: whether a response declines, and whether it answers all the same.
    """
    return _declined(record) if record.answerable else _not_declined(record)


def _not_declined(record: Record) -> str | Doubt | None:
    text = strip_citations(record, reply(record))
    said = plain(unmarked(text))
    undecided = {OPTION_LETTERS[i] for i, o in enumerate(record.options[:8]) if _UNDECIDED.search(plain(o))}
    found = read_answer(record, text)
    if record.answer_form == "option" and found:
        return None if found[0] in undecided else "picks an option of an unanswerable item"
    if record.answer_form == "calls":
        problem = "does not say that the tools cannot do it"
        question = "Does the response say that the functions on offer cannot do what is asked for, or a part of it?"
        return None if _OUT_OF_REACH.search(said) or _ABSTAINS.search(said) else Doubt(problem, question)
    if (answered := _answers_all_the_same(record, text, found)) is not None:
        return answered
    line = answer_line(text)
    stated = line if line is not None and line.strip() else text
    if _leaves_open(record, stated) or (
        line and re.match(r"\W*(?:none|n/?a|no answer|nothing|not\b|cannot|-+$)", plain(line))
    ):
        return _given_after_all(record, text)
    return Doubt(
        "does not say that the text leaves it open",
        "Does the response say that the task cannot be answered from what is given, and does it give no answer all the same?",
    )


def _answers_all_the_same(record: Record, text: str, found: list[str] | None) -> str | None:
    """Which answer a response to an unanswerable task gives: the key, a judgement, or a figure or name from nowhere."""
    keys = [k for k in record.key if bare(k) and not _UNDECIDED.search(plain(k)) and not _ABSTAINS.search(plain(k))]
    if record.answer_form in {"span", "number", "text"} and any(
        says_phrase(text, k) for k in keys if len(bare(k)) > 1 and len(k.split()) < 12
    ):
        return "states the key that the text does not hold"
    if record.answer_form == "truth" and found and (found == keys or not _leaves_open(record, text)):
        return "judges a claim that the text leaves open"
    given = f"{record.passage}\n{record.instruction}"
    for sentence in sentences(unmarked(text)):
        if _SUPPOSES.search(sentence):
            continue
        if _new_figure(sentence, given) and (
            _ASKS_FIGURE.search(question_of(record.instruction)) or any(taking_up(record.instruction, sentence))
        ):
            return "declines or not, and states a figure that nothing shown holds"
        if any(_new_names(part, given) for _, part in taking_up(record.instruction, sentence) if not denies(part)):
            return "declines or not, and states a name that nothing shown holds"
    line = answer_line(text)
    if line and not _leaves_open(record, line) and not denies(line) and _leaves_open(record, text):
        return "declines and states an answer all the same"
    return None


def _given_after_all(record: Record, text: str) -> Doubt | None:
    """A doubt where a response that declines fills the gap, or settles on something in bold or by a guess, none the less."""
    asked, given = content(record.instruction), content(record.passage)
    for sentence in sentences(text):
        for part in _TURN.split(sentence):
            said = unmarked(part)
            if not said.strip() or denies(said) or _LACKS.search(said) or _ABSTAINS.search(plain(said)):
                continue
            bold = [t for b in emphasised(part) if len(b.split()) < 8 for t in content(b)]
            told = bold if _SLOT.search(said) or not _ELSE.search(said) else []
            told = told or ([*content(said)] if _SLOT.search(said) and _SETTLES.search(said) else [])
            if any(any(alike(t, g) for g in given) and not any(alike(t, a) for a in asked) for t in told):
                return Doubt(
                    "declines and states an answer all the same",
                    "Does the response leave the question open, without settling on an answer or a guess all the same?",
                )
    return None


def _new_figure(sentence: str, given: str) -> bool:
    """Whether the sentence has an amount or date that is not given; "a year" and "one of them" are none.

    A step that is worked out from given figures before the working stops ("6 × 8 = 48, but") is not new.
    """
    said = flat(sentence)
    known: list[Quantity] = []
    for q in find_quantities(sentence):
        new = not q.is_ordinal and not (q.is_plain and q.number <= 2) and not _ARTICLE.match(said, q.start)
        if new and not states(given, q) and not (_WORKING.search(said) and _follows(q, known)):
            return True
        known.append(q)
    return False


def _follows(q: Quantity, known: list[Quantity]) -> bool:
    """Whether the figure is the sum of some before it in a row, or the sum, difference, product or quotient of two of them."""
    numbers = [k.number for k in known[-12:]]
    if any(same_quantity(q, k) for k in known) or any(sum(numbers[at:]) == q.number for at in range(len(numbers) - 1)):
        return True
    pairs = ((a, b) for a in numbers for b in numbers)
    return any(q.number in (a + b, a - b, a * b) or (b and a / b == q.number) for a, b in pairs)


def _new_names(part: str, given: str) -> set[str]:
    """The words with a capital inside a clause that are not given."""
    known = set(content(given))
    return {w for w in re.findall(r"(?<=[\w,] )[A-Z][\w'\u2019-]+", part) if not set(content(w)) <= known}


def _leaves_open(record: Record, text: str) -> bool:
    """Whether a sentence says that the text, or nobody, gives what is asked: a denial about the question or about knowing."""
    question = question_of(record.instruction)
    gist = [*content(question), *(word for asks, words in _ASKED_FOR if asks.search(question) for word in words)]
    for sentence in sentences(unmarked(text)):
        said = content(sentence)
        if not (denies(sentence) or _LACKS.search(sentence)):
            continue
        about = not gist or any(alike(word, other) for word in gist for other in said) or _THIS.search(sentence)
        if about and (_SOURCE.search(sentence) or _ABSTAINS.search(plain(sentence))):
            return True
    return False


def _declined(record: Record) -> str | Doubt | None:
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
    problem = "declines an answerable task"
    if line is not None or nothing_else(text):
        return problem
    return Doubt(problem, "Does the response answer the task, rather than say that it cannot be answered?")


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
