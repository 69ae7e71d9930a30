"""What rows are asked and how answers begin, in a word or two: enough to see whether they all sound alike.

Rules of thumb over English words; what is written otherwise has no verb here and is counted as such.
"""

from __future__ import annotations

import re

from tasks.text.sentences import sentences
from tasks.text.words import words

_OPENING_WORDS = 4
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_QUOTED = re.compile(r"```.*?```|“[^”]*”|\"[^\"]*\"|`[^`]*`", re.S)
_LEAD_IN = re.compile(
    r"\A(?:(?:please|now|then|first|next|also|so|and|finally|kindly|just)\b[, ]*"
    r"|(?:can|could|would|will) you (?:please )?|i(?: would|'d)? (?:want|need|like) (?:you )?to "
    r"|your (?:task|job) is to |you (?:are|have|need) (?:asked )?to |help me (?:to )?|let(?:'s| us) )+",
    re.I,
)
_VERBS_LISTED = """
    act add adapt advise analyse analyze annotate answer apply argue arrange assess assign assume break build calculate
    change check choose cite clarify classify clean collect combine comment compare complete compose compute condense convert
    correct count create critique debug decide deduce define demonstrate derive describe design determine develop
    diagnose discuss divide draft draw edit estimate evaluate examine expand explain explore express extend extract fill
    find finish fix format formulate generate give group guess highlight identify illustrate implement improve infer
    insert interpret judge justify keep label list locate look make map mark match mention modify name normalise normalize
    note optimise optimize order organise organize outline paraphrase pick plan point predict prepare present propose
    prove provide put quote rank rate read rearrange recommend refactor remove rename render reorder rephrase replace
    report respond restate restructure return review revise rewrite say select sentence separate set shorten show
    simplify simulate sketch solve sort specify spell split state suggest sum summarise summarize supply support tag take
    tell test think trace transform translate turn underline update use verify weigh work write
"""
_VERBS = frozenset(_VERBS_LISTED.split())
_ASKING = frozenset({"what", "which", "who", "whom", "whose", "when", "where", "why", "how"})
_HOW = frozenset({"many", "much", "long", "far", "often", "old", "large", "big", "likely"})
_BETWEEN_LISTED = """
    a an the this that these those each every all any both some its their your my our his her me us them it one two three
    four five six seven eight nine ten is are was were be been does do did can could would should will must may might has
    have had of just only exactly about at least most following given
"""
_BETWEEN = frozenset(_BETWEEN_LISTED.split())
_ENDS_LISTED = """
    about above after against along among and around as at based because before behind below beneath beside between but
    by down during for from if in inside into like near of off on onto or out over per since so than that then through to
    toward towards under until unless up upon using when where whether which while who whom whose why with within without
"""
_ENDS = frozenset(_ENDS_LISTED.split())
_THIRD = frozenset({"come", "follow", "repeat", "mean", "happen", "become", "lie", "stand", "need", "concern"})
_NOUNS = frozenset(
    {"answer", "form", "label", "list", "name", "note", "number", "order", "plan", "point", "rate", "report"}
)
_MOST_NOUNS = 4


def opening(text: str) -> str:
    """The first words of a text in plain form."""
    return " ".join(words(text[:400])[:_OPENING_WORDS])


def verb_and_object(text: str) -> tuple[str, str] | None:
    """What a text asks to be done, and of what: "write", "report". None where no verb is known."""
    asked: tuple[str, str] | None = None
    for sentence in sentences(_QUOTED.sub(" ", text[:6_000])):
        for clause in re.split(r"(?<=[,;:])\s", sentence):
            tokens = [token.lower() for token in _TOKEN.findall(_LEAD_IN.sub("", clause.strip(" *#->\"'“”"), count=1))]
            if tokens and tokens[0] in _VERBS and tokens[1:2] != [":"]:
                return tokens[0], _object(tokens[1:])
            if asked is None and sentence.rstrip(" *\"'”)").endswith("?"):
                asked = _question(tokens)
    return asked


def _is_verb(token: str) -> bool:
    """Whether a word in the place of a noun is a verb of the third person: "which *repeats* what is said"."""
    return token.endswith("s") and token[:-1] in _THIRD | (_VERBS - _NOUNS)


def _question(tokens: list[str]) -> tuple[str, str] | None:
    place = next((n for n, token in enumerate(tokens) if token in _ASKING), None)
    if place is None:
        return None
    word, rest = tokens[place], tokens[place + 1 :]
    if word == "how" and rest and rest[0] in _HOW:
        return f"how {rest[0]}", _object(rest[1:])
    return word, _object(rest)


def _object(tokens: list[str]) -> str:
    """The last noun of the first run of words that could be nouns; a word that asks stands for its clause."""
    nouns: list[str] = []
    for token in tokens:
        if token.endswith("ly"):
            continue
        if _is_verb(token) or token == "that":
            break
        if nouns and (token in _ENDS or token in _BETWEEN or not token[0].isalpha() or len(nouns) == _MOST_NOUNS):
            break
        if not nouns and token in _ASKING:
            return token
        if token[0].isalpha() and token not in _BETWEEN and token not in _ENDS:
            nouns.append(token)
    return nouns[-1] if nouns else ""
