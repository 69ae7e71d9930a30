"""What rows do to an item that they hold, each kind by a program.

A paraphrase by program is no more than synonyms, turns of phrase and another order of sentences; people and models go further.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Callable

from benchmarks.decontamination.items import NAMES, Drawn

Plant = Callable[[Drawn, random.Random, str], str | None]
"""An item, a draw and a piece of prose -> what stands in the row; None where the kind says nothing about such an item."""

MOST_RENAMED = 0.25
"""Of the words: an item of little but names and numbers would be another one."""
LEAST_REPHRASED = 1 / 8
"""Of the words, what a paraphrase has to replace."""
_STRANGERS = ("Ottoline", "Wendell", "Zora", "Ignatz", "Perpetua", "Thaddeus", "Yevgenia", "Casimir")
_NAME = re.compile(rf"(?<=[a-z,;] )[A-Z][a-z]{{2,}}\b|\b(?:{'|'.join(NAMES)})\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SYNONYMS = """
about=concerning above=over after=following also=too although=even_though answer=reply are_left=remain arranged=laid_out
ask=enquire at_least=no_fewer_than because=since before=prior_to begin=start best=most_of_all big=large both=each
bring=fetch brings=fetches build=construct buy=purchase buys=purchases calculate=work_out can=is_able_to check=verify
child=kid children=kids choose=pick compute=work_out contain=hold contains=holds correct=right costs=is_priced_at
count=tally decide=determine describe=depict describes=depicts difference=gap does=did earn=make end=finish every=each
exactly=precisely explain=clarify explains=clarifies false=untrue file=document find=locate finds=locates first=initial
following=next from=out_of get=obtain gets=obtains give=provide given=provided gives=provides go=travel goes=travels
group=cluster happen=occur happened=occurred has=possesses have=possess help=assist how_many=what_number_of
how_much=what_amount if=in_case input=argument into=inside is_not=isn't keep=retain keeps=retains kept=retained
kind=sort know=understand largest=biggest leave=depart left=remaining letter=note like=such_as likely=probable line=row
list=sequence little=small look=glance made=produced make=produce makes=produces many=numerous mean=signify
means=signifies members=elements model=system more_than=over must=has_to name=label near=close_to need=require
needs=requires neighbour=person_next_door never=at_no_time new=fresh no=not_any nobody=no_one number=figure object=item
objects=items often=frequently old=aged one=a_single only=just open=start order=sequence paragraph=section part=portion
passage=text pay=hand_over pays=hands_over people=persons person=individual place=spot plan=scheme problem=exercise
put=placed question=query quick=fast read=go_through reads=goes_through remaining=leftover return=give_back
returns=gives_back right=proper run=execution same=identical say=state says=states see=notice seen=noticed
sentence=phrase set=collection several=a_number_of show=display shows=displays small=little so_that=in_order_that
some=a_few stands=is_placed statement=claim statements=claims still=yet story=tale such=of_this_kind take=accept
takes=uses tell=inform tells=informs text=passage then=next there_are=one_finds thing=matter think=believe time=moment
told=informed total=sum true=so try=attempt turned=became two=a_pair_of use=employ used=employed uses=employs
value=figure very=really want=wish wants=wishes was=had_been way=manner were=had_been what_is=tell_me when=whenever
whether=if which_of=what_among which=what while=as who=that why=for_what_reason with=having without=lacking word=term
words=terms work=labour write=compose written=composed wrong=mistaken year=twelvemonth years=twelvemonths
"""
_SAID: dict[str, str] = dict(pair.replace("_", " ").split("=") for pair in _SYNONYMS.split())
_KNOWN = re.compile(rf"\b(?:{'|'.join(sorted(_SAID, key=len, reverse=True))})\b", re.IGNORECASE)


def verbatim(item: Drawn, draw: random.Random, prose: str) -> str:
    """As it stands."""
    return item.text


def other_case(item: Drawn, draw: random.Random, prose: str) -> str:
    """In capitals, or without any."""
    return item.text.upper() if draw.random() < 0.5 else item.text.lower()


def rewrapped(item: Drawn, draw: random.Random, prose: str) -> str:
    """Wrapped to another width, in Markdown and with typographic signs."""
    width = draw.choice((30, 45, 60))
    lines = [line for each in item.text.splitlines() for line in textwrap.wrap(each, width)]
    return (
        "\n".join(["> **" + lines[0] + "**", *(f"> {line}" for line in lines[1:])])
        .replace("'", "\u2019")
        .replace(" - ", " \u2013 ")
    )


def embedded(item: Drawn, draw: random.Random, prose: str) -> str:
    """Inside a prompt several times as long."""
    half = prose.find(" ", len(prose) // 2)
    return f"{prose[:half]}\n\n{item.text}\n\n{prose[half:]}"


def shuffled(item: Drawn, draw: random.Random, prose: str) -> str | None:
    """With its options in another order."""
    if len(set(item.options)) < 2:
        return None
    options = list(item.options)
    while tuple(options) == item.options:
        draw.shuffle(options)
    return item.asked(tuple(options))


def renamed(item: Drawn, draw: random.Random, prose: str) -> str | None:
    """With other names and numbers, each changed alike wherever it stands."""
    names: dict[str, str] = {}
    numbers: dict[str, str] = {}
    text = _NAME.sub(lambda match: names.setdefault(match[0], draw.choice(_STRANGERS)), item.text)
    text = re.sub(
        r"\d+", lambda match: numbers.setdefault(match[0], str(int(match[0][:9]) + draw.randint(1, 40))), text
    )
    changed = sum(one != other for one, other in zip(item.text.split(), text.split(), strict=False))
    return text if 2 <= changed <= MOST_RENAMED * len(text.split()) else None


def paraphrased(item: Drawn, draw: random.Random, prose: str) -> str | None:
    """With synonyms and other turns of phrase wherever the program knows some, its sentences in another order."""
    changed = 0

    def said(text: str) -> str:
        nonlocal changed
        changed += len(_KNOWN.findall(text))
        return _KNOWN.sub(lambda match: _SAID[match[0].lower()], text)

    lines = []
    for line in item.question.split("\n"):
        *body, last = _SENTENCE.split(line)
        draw.shuffle(body)
        lines.append(" ".join(map(said, (*body, last))))
    text = Drawn("\n".join(lines), tuple(map(said, item.options))).text
    return text if changed >= LEAST_REPHRASED * len(item.text.split()) else None


def cut(item: Drawn, draw: random.Random, prose: str) -> str | None:
    """Three fifths of it, from anywhere."""
    words = item.text.split(" ")
    size = len(words) * 3 // 5
    start = draw.randint(0, len(words) - size)
    return " ".join(words[start : start + size]) if len(words) >= 20 else None


KINDS: dict[str, tuple[Plant, float | None, bool]] = {
    "verbatim": (verbatim, 0.99, True),
    "other case": (other_case, 0.99, True),
    "re-wrapped": (rewrapped, 0.99, True),
    "inside a longer prompt": (embedded, 0.99, True),
    "options shuffled": (shuffled, 0.93, True),
    "names and numbers changed": (renamed, 0.6, False),
    "paraphrased by program": (paraphrased, 0.5, False),
    "cut to three fifths": (cut, None, False),
}
"""Kind -> the plant, the share of its rows that is to be found at the least, and whether that holds for moulded items too."""
