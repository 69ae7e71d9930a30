"""The settings of the offline teacher's logic puzzles: how things, places and statements about them are worded."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tasks.kinds.puzzle.arrangement import Attribute, Rule, Statement
from tasks.offline.passage import Passage

ROOMS = ("attic", "barn", "cellar", "dairy", "entry", "foyer")
THINGS = ("boxes", "parcels", "folders", "jars", "trunks", "cases")


@dataclass(frozen=True)
class Frame:
    """A kind of setting with the names that are in play."""

    kind: str
    """row, ring, rooms (one thing in each), groups, picks or tellers."""
    noun: str
    labels: list[str]
    values: list[str]

    @property
    def attribute(self) -> Attribute:
        name = {"row": "place", "ring": "place", "picks": "fate", "tellers": "kind"}.get(self.kind, "room")
        distinct = self.kind in {"row", "ring", "rooms"}
        return Attribute(name=name, values=self.values, distinct=distinct, circular=self.kind == "ring")

    @property
    def opening(self) -> str:
        names, count = listed(self.labels), len(self.labels)
        if self.kind == "tellers":
            return f"{count} {self.noun}, labelled {names}, can speak. Each of them either always tells the truth or always lies."
        where = {
            "row": f"stand in a row with the places 1 to {count}, one in each place",
            "ring": f"stand on a round tray with the places 1 to {count}, one in each place; place {count} is next to place 1",
            "rooms": f"go to {count} rooms ({', '.join(self.values)}), one to each room",
            "groups": f"go to {len(self.values)} rooms ({', '.join(self.values)}); a room may take several of them or none",
            "picks": "are up for choice, and each of them is either taken or left",
        }[self.kind]
        return f"{count} {self.noun}, labelled {names}, {where}."


def framed(kind: str, text: Passage, draw: Random, count: int) -> Frame | None:
    """A setting of this kind with labels out of the passage; nothing if it has too few words for them."""
    labels = labelled(text, draw, count)
    if not labels:
        return None
    values = {"picks": ["taken", "left"], "tellers": ["truthful", "lying"]}.get(kind)
    if kind in {"row", "ring"}:
        values = [str(i + 1) for i in range(count)]
    elif kind == "rooms":
        values = list(ROOMS[:count])
    elif kind == "groups":
        values = list(ROOMS[: 2 + count // 6])
    noun = draw.choice(("puppets", "robots", "parrots")) if kind == "tellers" else draw.choice(THINGS)
    return Frame(kind, noun, labels, values or [])


def labelled(text: Passage, draw: Random, count: int) -> list[str]:
    """Short words of the passage as labels with different initials where possible, in alphabetical order."""
    pool = [
        w.capitalize() for w in (*text.names, *text.content[:60]) if w.isascii() and w.isalpha() and 3 <= len(w) <= 11
    ]
    pool = [w for w in dict.fromkeys(pool) if w.lower() not in {*ROOMS, *THINGS, "taken", "left", "true", "false"}]
    draw.shuffle(pool)
    first = list({w[0]: w for w in pool}.values())
    rest = [w for w in pool if w not in first]
    return sorted([*first, *rest][:count]) if len(pool) >= count else []


def listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def told(rule: Rule, frame: Frame) -> str:
    """The rule in words, without a full stop."""
    first = " and ".join(_said(s, frame) for s in rule.first)
    if rule.form == "if":
        return f"If {first}, then {' and '.join(_said(s, frame) for s in rule.second)}"
    if rule.form == "iff":  # a remark: the first side is the speaker's truthfulness
        speaker = rule.first[0].things[0]
        return f"{speaker} says: \u201c{_remark(rule.second[0], speaker, frame)}\u201d"
    return first[:1].upper() + first[1:]


def _said(s: Statement, frame: Frame) -> str:
    a, *rest = s.things or [""]
    b = rest[0] if rest else ""
    value = s.values[0] if s.values else ""
    if s.kind == "exactly":
        verb = "are taken" if frame.kind == "picks" else f"go to the {value}"
        return f"exactly {s.number} of the {frame.noun} {verb}"
    if frame.kind == "picks" and s.kind in {"is", "is_not"}:
        return f"{a} is {value if s.kind == 'is' else 'left' if value == 'taken' else 'taken'}"
    if frame.kind == "tellers":
        return f"{a} is {'truthful' if (value == 'truthful') is (s.kind == 'is') else 'a liar'}"
    holds = "place " + value if frame.kind in {"row", "ring"} else f"the {value}"
    own = frame.kind in {"row", "ring"}
    return {
        "is": f"{a} has {holds}" if own else f"{a} goes to {holds}",
        "is_not": f"{a} does not have {holds}" if own else f"{a} does not go to {holds}",
        "before": f"{a} has an earlier place than {b}",
        "just_before": f"{a} comes directly before {b}",
        "next_to": f"{a} and {b} are next to each other",
        "apart": f"{a} and {b} are not next to each other",
        "same": f"{a} and {b} go to the same room",
        "different": f"{a} and {b} go to different rooms",
    }[s.kind]


def _remark(s: Statement, speaker: str, frame: Frame) -> str:
    if s.kind == "exactly":
        return f"Exactly {s.number} of us are liars."
    if s.kind in {"same", "different"}:
        other = next(t for t in s.things if t != speaker)
        return f"{other} and I are of {'the same kind' if s.kind == 'same' else 'different kinds'}."
    return f"{_said(s, frame)}."
