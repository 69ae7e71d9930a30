"""Texts as a terminal shows them: cut where they are long, with what changed in them marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from tasks.text.differences import differences

_STYLES = {"same": "", "removed": "red strike", "added": "green underline"}
_SIGNS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_AROUND = 100
"""Characters around a change that are shown of a long text."""


@dataclass(frozen=True)
class Manner:
    """How texts are shown: whether colours are there to mark changes, and how many characters of one; 0 for all."""

    colours: bool
    long: int = 0

    @classmethod
    def of(cls, console: Console, long: int) -> Manner:
        return cls(console.color_system is not None and not console.no_color, long)

    def cut(self, text: str) -> Text:
        """The text, or its beginning."""
        if not self.long or len(text) <= self.long + 100:
            return Text(text)
        start = text[: self.long].rsplit(None, 1)[0]
        return Text.assemble(start, (f" … {len(text) - len(start):,} more characters", "dim"))

    def changed(self, before: str, after: str) -> Text:
        """What went and what came; of a long text only what stands around."""
        result, changes = Text(), differences(before, after)
        for place, (how, text) in enumerate(changes):
            if how == "same" and self.long:
                text = _around(text, first=place == 0, last=place == len(changes) - 1)
            result.append_text(self._marked(how, text))
        return result

    def beside(self, before: str, after: str) -> tuple[Text, Text]:
        """Both texts for columns side by side, each with what the other does not have marked."""
        sides = Text(), Text()
        changes = differences(before, after)
        for place, (how, text) in enumerate(changes):
            if how == "same" and self.long:
                text = _around(text, first=place == 0, last=place == len(changes) - 1)
            elif self.long:
                text = self.cut(text).plain
            for side, own in zip(sides, ("removed", "added"), strict=True):
                if how in ("same", own):
                    side.append_text(self._marked(how, text, strike=False))
        return sides

    def changed_items(self, before: list[str], after: list[str]) -> Text:
        """The items after a change, in their order, and those that went; which are new is marked."""
        old, new = Counter(before), Counter(after)
        told = [("added" if item not in old else "same", item) for item in after]
        told += [("removed", item) for item in (old - new).elements()]
        return Text(" | ").join(self._marked(how, item) for how, item in told)

    def _marked(self, how: str, text: str, *, strike: bool = True) -> Text:
        if not text.strip():  # a line broken elsewhere is no change to a reader
            return Text(text)
        opening, closing = ("", "") if self.colours else _SIGNS[how]
        return Text(f"{opening}{text}{closing}", _STYLES[how] if strike else _STYLES[how].removesuffix(" strike"))


def _around(text: str, *, first: bool, last: bool) -> str:
    """The ends of what stayed that stand beside a change, cut between words."""
    head = "" if first else text[:_AROUND].rpartition(" ")[0]
    tail = "" if last else text[-_AROUND:].partition(" ")[2]
    gap = len(text) - len(head) - len(tail)
    return f"{head} … {tail}" if gap > _AROUND else text
