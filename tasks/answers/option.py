"""An option: the letter of the one that a response picks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_uppercase

from tasks.answers.choices import OPTION_LETTERS, carry_letters, text_fault
from tasks.answers.final import after_answer, answer_line, both_ends, boxed, emphasised, first_sentence, says, unmarked
from tasks.answers.form import Agreement, Form, Readings, given_key, rightly_keyless
from tasks.answers.number import final_figures
from tasks.answers.weighing import CROSSED, Mention, nearest, said_options, weigh, weighed
from tasks.records import Record, rng
from tasks.text.phrases import same_phrase
from tasks.text.plain import plain
from tasks.text.quantities import find_quantities, same_quantity

# A lone capital that is not the article "A" before a word.
_L = (
    r"[(\[\"']{0,3}(?P<letter>[B-H]|A(?![)\]\"']{0,3}[ \t]+(?!because|since|as\b|for\b|is\b|and\b|or\b|due\b"
    r"|based\b|best\b)[a-z]))"
    r"[)\]\"']{0,3}(?![\w'\u2019])"
)
_KIND = r"(?:(?:option|choice|answer|letter|statement|answer choice)[ \t]+)?"
_START = re.compile(rf"\W*{_KIND}{_L}", re.I)
_ALONE = re.compile(r"\W*(?:(?:option|choice|answer|letter)\W+)?([A-Ha-h])\W*$", re.I)
_SECOND = re.compile(rf"[\W]*(?:or|and|and/or|/|,|&)[ \t]*(?:also[ \t]+)?{_KIND}{_L}")
_MENTION = re.compile(rf"\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Ll]etter)[ \t]+{_L}|\((?P<inside>[A-H])\)")
_LOOSE = re.compile(rf"(?<![\w'\u2019.-]){_L}")
_RIGHT = re.compile(
    r"(?<![\w'\u2019-])[(\[]?(?P<letter>[A-H])[)\]]?(?:[ \t]*[,:(\"“—\u2013-][^.\n]{0,160}?)?[ \t]+(?:i"
    r"s|must be|would be|remains|seems)[ \t]+"
    r"(?:therefore[ \t]+|thus[ \t]+|clearly[ \t]+|indeed[ \t]+|then[ \t]+)?(?:the[ \t]+)?(?:only[ \t]+"
    r"|single[ \t]+|most[ \t]+|best[ \t]+|one[ \t]+)?"
    r"(?P<also>also[ \t]+)?(?:correct|right|best|answer|accurate|strongest|appropriate|supported|choice|option)\b"
)
_PICKS = re.compile(
    r"\b(?i:choose|chose|select|pick|go with|opt for|settle on|leaves?(?: us with)?|leaving(?: only)?|points? to)[ \t]+"
    rf"(?:only[ \t]+)?{_KIND}{_L}"
)
_SO = re.compile(
    r"(?:^|[.;,—\u2013-][ \t]*|\n)(?:(?:so|therefore|thus|hence|correct"
    r"|conclusion)\b[,:]?[ \t]*(?:it(?:'s| is| must be)[ \t]+)?"
    rf"|it(?:['\u2019]s| is| must be)[ \t]+){_KIND}[(]?(?P<letter>[A-H])[)]?[ \t]*(?:[.!]|$)",
    re.I | re.M,
)
_BEST = re.compile(
    rf"(?<![\w'\u2019-]){_L}[ \t]+(?:best|most (?:accurately|closely|directly|strongly|likely|clearly)"
    rf"|correctly|accurately)[ \t]+[a-z]+"
)
_TWO = re.compile(
    rf"(?<![\w'\u2019])[(]?[A-H][)]?[ \t]*(?:and|&|or)[ \t]+{_KIND}[(]?[A-H][)]?[ \t]+(?:are|both|could"
    rf"|would|may|might)\b"
)
_LINE = re.compile(
    rf"^[ \t>#*•-]*{_KIND}[(\[]?([A-H])(?:[)\]]+[.:]?|[.:]|[ \t]*[-\u2013—:](?=[ \t])|[ \t]*,(?=[ \t]\w)"
    rf"|[ \t]+(?=(?:because|since)\b)|[ \t]*$)[ \t]*(.*)$",
    re.I | re.M,
)
_DENIED = re.compile(r"\W*(?:not|neither|none|isn['\u2019]t|cannot|can['\u2019]t|no)\b", re.I)

_CALLED = (
    r"[\"'“”\u2019*_.]{0,3}(?:\s*\((?:option |choice |answer |letter )?(?P<inside>[A-H])\)"
    r"|,?\s*(?:(?:and |so )?(?:which|that|this|it)(?:['\u2019]s|\s+(?:is|stands|goes|comes))"
    r"(?:\s+(?:under|at|by|behind|as|in|with|the))*|i\.e\.,?|=)"
    r"\s*(?:option|choice|answer|letter)?\s*\(?(?P<letter>[A-H])\)?(?=\s*(?:[.,;:!)\n]|$))"
    r"|,\s*(?:so )?(?:option|choice|answer|letter)\s+\(?(?P<kind>[A-H])\)?(?=\s*(?:[.;\n]|$)))"
)
"""How words are called by a letter: in brackets, or as what they are."""
_ANY_CALLED = re.compile(_CALLED, re.I)
_LETTERED_LINE = re.compile(r"^\W{0,3}([A-H])[.):]+[ \t]+(\S.*)$", re.M)
_DIGITS = re.compile(r"\d+")
_CATCH_ALL = re.compile(
    r"^\W*(?:all|none|both|neither|any)(?: of)?(?: the)? (?:above|these|those|options?|answers?|choices?"
    r"|a and b|[a-h] and [a-h])\W*$|\b(?:all|none) of the above\b",
    re.I,
)
_KEY_LETTER = re.compile(r"^\W*(?:option |choice |answer:? )?\(?([A-Z])(?:\W*$|[.):] | [-–] )", re.I)
_CROSS_REFERENCE = re.compile(r"\b(?i:both|neither|either|options?) \(?[A-H]\b|(?i:\bof the above\b)")


def pick_option(options: list[str], text: str) -> str | None:
    """The letter of the one option that the response picks, None if it picks none or more than one."""
    return settle_on(options, text)[0]


def settle_on(options: list[str], text: str) -> tuple[str | None, bool]:
    """The letter of the option that the response settles on, and whether it gives several as its answer, or takes it back."""
    letters = OPTION_LETTERS[: len(options)]
    text = _without_list(options, text)
    clean = unmarked(text).strip()
    stated = answer_line(text) if answer_line(text) is not None else boxed(text)
    if stated is not None:
        found = _stated(options, stated)
        if found is None or found not in letters:
            return None, bool(_hedges(options, stated))
        return (None, True) if _taken_back(options, found, after_answer(text)) else (found, False)
    if _TWO.search(clean):
        return None, True
    found, torn = _from_cues(options, clean, text)
    if torn:
        return None, True
    said = weigh(options, clean)
    figure = _by_figure(options, text)
    found = found or _outright(options, clean, text) or _letter(weighed(said, len(options))) or figure
    if figure is not None and (
        found != figure or any(m.by_letter and _letter(m.option) != figure for m in said if m.says >= 0)
    ):
        return None, False
    if found is None or found not in letters:
        return None, any(m.rival for m in said) and len({m.option for m in said if m.says >= 0}) > 1
    return (None, True) if _rivalled(said, letters.index(found)) else (found, False)


def _without_list(options: list[str], text: str) -> str:
    """The response without a list of all options as they were shown: to say them all again picks none."""
    places: dict[str, tuple[int, int]] = {}
    for m in _LETTERED_LINE.finditer(text):
        at = OPTION_LETTERS.find(m[1].upper())
        if at < len(options) and same_phrase(m[2].rstrip(), options[at]):
            places.setdefault(m[1].upper(), m.span())
    if len(options) < 2 or len(places) < len(options):
        return text
    for start, end in sorted(places.values(), reverse=True):
        text = text[:start] + text[end:]
    return text


def _from_cues(options: list[str], clean: str, raw: str) -> tuple[str | None, bool]:
    """The letter that phrases of choosing settle on, and whether they contradict each other."""
    cues: list[tuple[int, str | None]] = [
        (at, _stated(options, rest)) for at, rest in says(raw) if not _DENIED.match(rest)
    ]
    rights = [m for m in _RIGHT.finditer(clean)]
    if len({m["letter"] for m in rights}) > 1 and any(m["also"] for m in rights):
        return None, True
    for pattern in (_PICKS, _SO, _BEST):
        cues += [(m.start(), m["letter"].upper()) for m in pattern.finditer(clean)]
    cues += [(m.start(), m["letter"]) for m in rights]
    if (tail := _ALONE.match(clean.rsplit("\n", 1)[-1])) and tail[1].isupper() and not CROSSED.search(tail[0]):
        cues.append((len(clean), tail[1]))
    last = max(cues, key=lambda cue: cue[0], default=None)
    lead = _lead(options, clean)
    if lead == "":
        return None, True
    if last is not None and last[1] is not None:
        fits = lead in (None, last[1]) or lead in {letter for _, letter in cues}
        return (last[1], False) if fits else (None, True)
    if last is not None and lead is None:
        return None, False
    return lead, False


def _hedges(options: list[str], statement: str) -> bool:
    """Whether a final statement gives several options or none of them."""
    line = statement.split("\n", 1)[0]
    named = {m["letter"] or m["inside"] for m in _MENTION.finditer(line)} | {m["letter"] for m in _LOOSE.finditer(line)}
    return len(named) > 1 or len(said_options(options, line)) > 1 or _DENIED.match(line) is not None


def _taken_back(options: list[str], letter: str, after: str) -> bool:
    """Whether what stands behind the final statement settles on another option."""
    if not after:
        return False
    other, torn = _from_cues(options, after, after)
    place = OPTION_LETTERS.index(letter)
    return (
        torn
        or (other is not None and other != letter and not after.lstrip().startswith(other))
        or _rivalled([*([Mention(-1, place, 1, True)]), *weigh(options, after)], place)
    )


def _rivalled(said: list[Mention], pick: int) -> bool:
    """Whether another option is put beside the picked one as just as good, and not ruled out afterwards."""
    first = min((m.place for m in said if m.option == pick and m.says >= 0), default=-1)
    return any(
        m.rival and m.option != pick and m.place >= first
        and not any(n.option == m.option and n.says < 0 and n.place > m.place for n in said)
        for m in said
    )  # fmt: skip


def _outright(options: list[str], clean: str, raw: str) -> str | None:
    """The option whose text is the whole response, opens it, or is the one that stands in bold."""
    heads = (
        [clean]
        if "=" in clean
        else [clean, re.split(r"[,.;:(\n\u2014]|\s[-\u2013]\s|\s(?:since|because|as)\s", clean, maxsplit=1)[0]]
    )
    bold = [i for part in emphasised(raw) for i, o in enumerate(options) if same_phrase(part.rstrip(".:"), o)]
    for found in (
        *([i for i, o in enumerate(options) if same_phrase(head, o)] for head in heads),
        list(dict.fromkeys(bold)),
    ):
        if len(found) == 1:
            return OPTION_LETTERS[found[0]]
    return None


def _letter(place: int | None) -> str | None:
    return None if place is None else OPTION_LETTERS[place]


def _by_figure(options: list[str], text: str) -> str | None:
    """The option whose figure the text gives as its result, where every option is a figure."""
    figures = [find_quantities(option) for option in options]
    if not all(len(found) == 1 for found in figures):
        return None
    result = final_figures(text)
    same = [i for i, found in enumerate(figures) if any(same_quantity(found[0], f.quantity) for f in result)]
    return OPTION_LETTERS[same[0]] if len(same) == 1 else None


def _stated(options: list[str], statement: str) -> str | None:
    """The option that a final statement names: a letter at its start, or the option's text."""
    line = statement.split("\n", 1)[0].strip()
    if alone := _ALONE.match(line):
        return alone[1].upper()
    m = _START.match(line)
    if m and m["letter"].isupper():
        rest = line[m.end() :]
        if _SECOND.match(rest):
            return None
        return None if _contradicts(options, m["letter"], rest) else m["letter"]
    if _DENIED.match(line) and not any(_DENIED.match(o) for o in options):
        return None
    return (
        _by_text(options, line)
        or _only(m["letter"] or m["inside"] for m in _MENTION.finditer(line))
        or _only(m["letter"] for m in _LOOSE.finditer(line))
    )


def _contradicts(options: list[str], letter: str, rest: str) -> bool:
    place = OPTION_LETTERS.index(letter)
    said = rest.strip(" \t\"'“”()[].,:;*_\u2013\u2014-")
    return bool(said) and any(i != place and same_phrase(o, said) for i, o in enumerate(options))


def _only(letters: Iterable[str | None]) -> str | None:
    found = {letter for letter in letters if letter}
    return found.pop() if len(found) == 1 else None


def _lead(options: list[str], clean: str) -> str | None:
    """The letter that opens the response, unless its lines list the options; empty if it contradicts itself."""
    starts = [(m.start(), m[1].upper(), m[2]) for m in _LINE.finditer(clean) if m[1].isupper()]
    if not starts or clean[: starts[0][0]].strip():
        return None
    seen = [letter for _, letter, _ in starts]
    listing = len(set(seen)) > 1 and seen[0] == min(seen) and seen.count(seen[0]) == 1
    if listing:
        return None
    rest = clean[starts[0][0] :].split(seen[0], 1)[1]
    return "" if _SECOND.match(rest) or _contradicts(options, seen[0], first_sentence(starts[0][2])) else seen[0]


def _by_text(options: list[str], text: str) -> str | None:
    """The one option whose words the text repeats; of nested ones the longest."""
    equal = [i for i, option in enumerate(options) if same_phrase(option, text)]
    if len(equal) == 1:
        return OPTION_LETTERS[equal[0]]
    if len(text.split()) > 60:
        return None
    inside = said_options(options, text)
    near = nearest(options, text) if not inside else None
    return _letter(inside[0] if len(inside) == 1 else near)


def _misquotes(options: list[str], text: str) -> bool:
    """Whether the text gives an option after its letter with another figure."""
    for letter, said in _LETTERED_LINE.findall(unmarked(text)):
        place = OPTION_LETTERS.index(letter)
        if place >= len(options):
            continue
        ours, theirs = (plain(t).rstrip(". ") for t in (said, options[place]))
        if ours != theirs and _DIGITS.sub("0", ours) == _DIGITS.sub("0", theirs):
            return True
    return False


def _mislettered(options: list[str], text: str) -> bool:
    """Whether the text calls the words of one option by the letter of another."""
    clean = unmarked(text)
    if not _ANY_CALLED.search(clean):
        return False
    for place, option in enumerate(options):
        parts = re.findall(r"\w+", option)
        if not (parts and parts[0].lower() in clean.lower() and parts[-1].lower() in clean.lower()):
            continue  # a pattern of its words would take longer
        words = r"\W+".join(map(re.escape, parts))
        for m in re.finditer(rf"(?<![\w-]){words}{_CALLED}", clean, re.I):
            other = OPTION_LETTERS.find(m["inside"] or m["letter"] or m["kind"])
            if (
                0 <= other < len(options)
                and other != place
                and not _ends_with(options[other], clean[: m.end()], option)
            ):
                return True
    return False


def _ends_with(longer: str, said: str, option: str) -> bool:
    """Whether the words of the option are but the end of those of a longer one, which the text has."""
    return option.lower() in longer.lower() and longer.lower() in said.lower()


def _read(record: Record, text: str) -> Readings:
    found = pick_option(record.options, text)
    return [[found]] if found else []


def _compare(record: Record, text: str) -> Agreement | None:
    key = [member.strip().upper() for member in given_key(record)]
    if not key:
        return None
    found, torn = settle_on(record.options, both_ends(text))
    if found is None:
        return Agreement.SEVERAL if torn else Agreement.UNREAD
    sound = not _misquotes(record.options, text) and not _mislettered(record.options, text)
    return Agreement.SAME if [found] == key and sound else Agreement.OTHER


def _fault(record: Record) -> str | None:
    count = len(record.options)
    if not 2 <= count <= 8:
        return f"{count} options"
    if problem := text_fault(record.options):
        return problem
    if any(_CATCH_ALL.search(o) for o in record.options):
        return "an option such as all or none of the above"
    if carry_letters(record.options):
        return "an option begins with a letter of its own"
    if rightly_keyless(record):
        return None
    if len(record.key) != 1 or record.key[0] not in set(OPTION_LETTERS[:count]):
        return "the key is not one letter of the options"
    return None


def _tidy_key(key: list[str], options: list[str]) -> list[str]:
    """The option's letter, where the author gave its text or words around the letter."""
    if len(key) != 1:
        return [item.strip() for item in key if item.strip()]
    if key[0] in options and key[0] not in list(ascii_uppercase[: len(options)]):
        return [ascii_uppercase[options.index(key[0])]]
    letter = _KEY_LETTER.match(key[0])
    return [letter[1].upper()] if letter and len(key[0]) < 12 else key


def shuffle_options(options: list[str], key: list[str], drawn_for: str) -> tuple[list[str], list[str]]:
    """The options in an order drawn for that record id, the key's letters with them.

    Models favour certain places for the right one. Items to be put in order never come out in the right one.
    """
    letters = list(ascii_uppercase[: len(options)])
    known = len(set(key)) == len(key) in (1, len(options)) and set(key) <= set(letters)
    if len(options) < 2 or not known or any(_CROSS_REFERENCE.search(o) for o in options):
        return options, key
    order, source, moved = list(range(len(options))), rng("options", drawn_for, options), letters
    while moved == letters:
        source.shuffle(order)
        moved = [letters[order.index(letters.index(letter))] for letter in key]
    return [options[place] for place in order], moved


OPTION = Form("option", fault=_fault, read=_read, compare=_compare, tidy_key=_tidy_key, exact=True)
