"""Items of a made-up benchmark, and rows around them."""

from __future__ import annotations

from tasks.curation.decontamination import Hits, Index, Item, Match, Row, frequencies, hits_of, index_of, matches

JUGS = (
    "A ferryman fills 14 copper jugs at the spring and spills a third of the last one on the stairs of the old mill. "
    "How many jugs of water reach the kitchen before the bell rings?"
)
BRIDGE = (
    "Which of these explains best why the stone bridge at Karsund was closed during the winter of the great flood?\n"
    "(A) Its northern pier had sunk\n(B) The toll keeper fled\n(C) Nobody trusted the masons\n(D) Ice broke the railing"
)
PALINDROME = (
    "from typing import List\n\n\ndef longest_mirror(words: List[str]) -> str:\n"
    '    """Return the longest of the words that reads alike from both ends; of several equally long ones the earliest.\n'
    '    >>> longest_mirror(["noon", "level", "day"])\n    \'level\'\n    """\n'
)
CHINESE = "小明和他的姐姐在湖边的果园里一共摘了七十二个梨，姐姐摘的是小明的三倍，请问小明摘了多少个梨？"
SHORT = "Name three rivers of Lapland."
ITEMS = {"jugs": JUGS, "bridge": BRIDGE, "palindrome": PALINDROME, "chinese": CHINESE, "short": SHORT}
PROSE = (
    "The committee met on the second floor and went through the accounts of the year. Nothing in them was surprising, except "
    "that the heating had cost less than before, which the treasurer put down to the mild autumn and the new windows."
)


def index(items: dict[str, str] | None = None) -> Index:
    """The index of these items, by default of all above."""
    return index_of(Item("made-up", id, text) for id, text in (ITEMS if items is None else items).items())


def rows(*texts: str) -> list[Row]:
    """One row of each text, all of them of different documents."""
    return [Row(f"document {number}", (text,)) for number, text in enumerate(texts)]


def found(of: Index, *shards: list[Row]) -> list[list[Match]]:
    """The matches in each of these shards."""
    hits: list[Hits] = [hits_of(of, shard) for shard in shards]
    seen = frequencies(of, hits)
    return [matches(of, seen, each) for each in hits]


def items_found(*texts: str, of: Index | None = None) -> dict[int, str]:
    """Row -> item that it holds."""
    (matched,) = found(of or index(), rows(*texts))
    return {match.row: match.item for match in matched}
