"""Items of a made-up benchmark in several families: some of real sentences, some from a mould, as puzzles and sums are."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Prose = Callable[[random.Random, int], str]
NAMES = (
    *("Amara", "Bela", "Chidi", "Dunja", "Emeka", "Farah", "Gustav", "Hana", "Ivo", "Jaska", "Kirsi", "Leander"),
    *("Mirela", "Nuno", "Odile", "Pavel", "Quentin", "Rosa", "Sanna", "Tomas"),
)
_WORDS = {
    "thing": "lanterns crates baskets ledgers kettles bolts tiles ropes saddles candles carpets barrels notebooks plums pears "
    "bricks stamps shovels jars blankets seedlings oars hinges mirrors scarves drums maps coins kites loaves",
    "place": "harbour market orchard workshop bakery library observatory quarry monastery ferry mill greenhouse museum station "
    "brewery vineyard lighthouse foundry stable archive",
    "verb": "sell repair count paint store borrow load weigh sort return polish measure",
    "adj": "old blue narrow heavy cracked striped rusty silver wooden damp bright hollow woven dusty green spare",
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "noun": "river treaty valve enzyme glacier parliament alloy comet tariff nerve orchestra canal fungus lens turbine dialect "
    "reef statute cathedral isotope caravan vaccine dynasty pump estuary guild magnet monsoon piston",
}
VOCABULARY = {sort: tuple(words.split()) for sort, words in _WORDS.items()}
_CLAUSES = (
    "after the {adj} {noun} had been moved to the {place}",
    "because nobody had warned {name} about the {adj} {noun}",
    "while {name} was still waiting beside the {place}",
    "before the first {day} of the season",
    "as soon as the {thing} from the {place} arrived",
    "so that {name} could {verb} the remaining {thing}",
)
_PARTS = (
    "{name} can {verb} {n} {adj} {thing} every {day} at the {place}.",
    "Each of the {adj} ones costs {m} crowns {clause}.",
    "A neighbour brings {k} times as many {thing} {clause}.",
    "On {day} {m} of the {thing} break {clause}.",
    "The {place} pays {name} {n} crowns for the {noun}.",
    "Of all {thing}, one in {k} goes to {other} {clause}.",
)
_SUMS = (
    "How many {thing} are left at the end?",
    "How much does {name} earn in {k} weeks?",
    "What do the {thing} cost?",
)
_BODIES = (
    "Return the {thing} that are {adj} and weigh more than {n} grams, {clause}.",
    "Given a list of {thing}, group them by {noun} and return the groups with at least {k} members, {clause}.",
    "Compute how many {thing} fit into the {noun} of the {place} if each takes {m} units, {clause}.",
)
_ORDERS = (
    "Write a {adj} letter from {name} to {other} about the {noun} of the {place}, with {k} paragraphs and that word in each.",
    "Summarise the history of the {adj} {noun} in {m} words for visitors of a {place}, and do not use any commas.",
    "Draft a plan for {name}, who wants to open a {place} for {adj} {thing} {clause}.",
)


@dataclass(frozen=True)
class Drawn:
    """An item with what plants change about it."""

    question: str
    options: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The item as it is asked."""
        return self.asked(self.options)

    def asked(self, options: tuple[str, ...]) -> str:
        """The item with its options in this order."""
        return "\n".join([self.question, *(f"({chr(65 + number)}) {each}" for number, each in enumerate(options))])


def filled(template: str, draw: random.Random) -> str:
    """The template with words drawn into its places."""
    words = {sort: draw.choice(words) for sort, words in VOCABULARY.items()}
    name, other = draw.sample(NAMES, 2)
    numbers = {"n": draw.randint(3, 900), "m": draw.randint(3, 90), "k": draw.randint(2, 9)}
    clause = draw.choice(_CLAUSES).format(name=draw.choice(NAMES), **{s: draw.choice(w) for s, w in VOCABULARY.items()})
    return template.format(**words, **numbers, name=name, other=other, clause=clause)


def _passage(draw: random.Random, prose: Prose) -> Drawn:
    text = prose(draw, draw.randint(3, 6))
    about = draw.sample([word for word in text.split() if len(word) > 5], 2)
    return Drawn(f"{text}\n\nWhat does the passage say about {about[0]} and {about[1]}?")


def _claims(draw: random.Random, prose: Prose) -> Drawn:
    options = tuple(" ".join(prose(draw, 1).split()[: draw.randint(5, 14)]) for _ in range(4))
    return Drawn(f"{prose(draw, 1)} Which of these follows from it?", options)


def _rewriting(draw: random.Random, prose: Prose) -> Drawn:
    return Drawn(f"Rewrite the following for a reader of {draw.randint(8, 15)} years: {prose(draw, 2)}")


def _sum(draw: random.Random, prose: Prose) -> Drawn:
    parts = draw.sample(_PARTS, draw.randint(2, 4))
    return Drawn(" ".join(filled(each, draw) for each in (*parts, draw.choice(_SUMS))))


def _shelf(draw: random.Random, prose: Prose) -> Drawn:
    kinds, thing = draw.sample(VOCABULARY["adj"], 5), draw.choice(VOCABULARY["thing"])
    pairs = [draw.sample(kinds, 2) for _ in range(3)]
    told = " ".join(f"The {one} one stands to the left of the {other} one." for one, other in pairs)
    return Drawn(
        "The following paragraph describes five objects in a fixed order. The statements are logically consistent. On a shelf "
        f"there are five {thing}: {', '.join(kinds[:-1])} and {kinds[-1]}. {told} Which of them is the leftmost?",
        tuple(f"the {each} one is the leftmost" for each in kinds),
    )


def _function(draw: random.Random, prose: Prose) -> Drawn:
    verb, adj, noun = (draw.choice(VOCABULARY[sort]) for sort in ("verb", "adj", "noun"))
    numbers = draw.sample(range(1, 99), 5)
    return Drawn(
        f"from typing import List\n\n\ndef {verb}_{adj}({noun}: List[int], limit: int) -> List[int]:\n"
        f'    """{filled(draw.choice(_BODIES), draw)}\n\n'
        f'    >>> {verb}_{adj}({numbers}, {numbers[0]})\n    {sorted(numbers)[:3]}\n    """\n'
    )


def _order(draw: random.Random, prose: Prose) -> Drawn:
    return Drawn(filled(draw.choice(_ORDERS), draw))


IN_PROSE: dict[str, Callable[[random.Random, Prose], Drawn]] = {
    "passages": _passage,
    "claims": _claims,
    "rewriting": _rewriting,
}
MOULDED: dict[str, Callable[[random.Random, Prose], Drawn]] = {
    "sums": _sum,
    "puzzles": _shelf,
    "functions": _function,
    "orders": _order,
}
"""Of these, one with other names and numbers is another one of the family, and not to be found."""


def drawn_items(family: str, each: int, draw: random.Random, prose: Prose) -> list[Drawn]:
    """So many items of a family, no two alike."""
    found: dict[str, Drawn] = {}
    while len(found) < each:
        item = (IN_PROSE | MOULDED)[family](draw, prose)
        found.setdefault(item.text, item)
    return list(found.values())
