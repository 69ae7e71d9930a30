"""The offline transformation agents: they put a seed's own sentences into another form and keep every name and number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from tasks.offline.passage import Passage, size
from tasks.offline.sentences import counted, decapitalised
from tasks.offline.table import tabulated
from tasks.records import rng

_STOPS = '.!?:;"”)\u2019\u3002\uff01\uff1f'
_ROW = re.compile(r"^\s*\|(.+?)\|?\s*$")
_RULE = re.compile(r"^[\s|:\-=_*~]+$")
_MARKUP = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")


def transformed(role: str, seed: str, knobs: dict[str, str], salt: Any) -> str:
    """The seed in the form that the agent's role names; `UNSUITABLE: ...` if there is too little of it."""
    sentences = sayings(seed)
    if size(seed) < 20 or not sentences:
        return "UNSUITABLE: the material is too short, or has no sentences to work with."
    draw, text = rng("transforming", role, seed, sorted(knobs.items()), salt), Passage(seed)
    first = re.split(r"[.\n]", role.strip(), maxsplit=1)[0]
    shape = next((shape for parts, shape in _SHAPES if any(p in first for p in parts)), None)
    shape = shape or next((shape for parts, shape in _SHAPES if any(p in role for p in parts)), _restated)
    return shape(sentences, text, draw)


def sayings(seed: str) -> list[str]:
    """The seed as sentences: rows of tables read out, headings and rules left away, each ended by a full stop."""
    lines = []
    for line in seed.splitlines():
        if row := _ROW.match(line):
            cells = [c.strip() for c in row[1].split("|") if c.strip()]
            line = "" if _RULE.match(line) else "\n" + "; ".join(cells) + ".\n"
        elif line.lstrip().startswith("#") or _RULE.match(line):
            line = ""
        lines.append(line)
    found = dict.fromkeys(_MARKUP.sub("", p.text) for p in Passage("\n".join(lines)).pieces)
    return [s if s[-1] in _STOPS else f"{s}." for s in found if any(ch.isalnum() for ch in s)]


def _topic(text: Passage, draw: Random) -> str:
    return f"the {draw.choice(text.topics[:3])}" if text.topics else "the matter"


def _groups(sentences: list[str], draw: Random, low: int = 1, high: int = 3) -> list[str]:
    groups, at = [], 0
    while at < len(sentences):
        step = draw.randint(low, high)
        groups.append(" ".join(sentences[at : at + step]))
        at += step
    return groups


def _argument(sentences: list[str], text: Passage, draw: Random) -> str:
    links = ("Consider first that", "Add to this that", "It matters, too, that", "Nor should it be forgotten that")
    told = []
    for i, group in enumerate(_groups(sentences, draw, 2, 4)):
        small = decapitalised(group)
        told.append(f"{links[(i // 2) % len(links)]} {small}" if i % 2 == 0 and small != group else group)
    claim = next((s for s in text.sentences if s in sentences), sentences[0])
    return "\n\n".join([*told, f"Therefore, to draw the conclusion: {decapitalised(claim)}"])


def _debate(sentences: list[str], text: Passage, draw: Random) -> str:
    sides = draw.choice((("Proposer", "Opponent"), ("First speaker", "Second speaker"), ("For", "Against")))
    answers = (
        "That leaves something out.",
        "Granted, but hear the other side.",
        "Even so, weigh this.",
        "That is not the whole of it.",
    )
    turns = [f"Chair: The question before us is {_topic(text, draw)}."]
    for i, group in enumerate(_groups(sentences, draw)):
        reply = f"{answers[(i // 2) % len(answers)]} " if i % 2 else ""
        turns.append(f"{sides[i % 2]}: {reply}{group}")
    return "\n\n".join([*turns, "Chair: Both sides have been heard."])


def _conversation(sentences: list[str], text: Passage, draw: Random) -> str:
    asks, tells = draw.choice(
        (("Visitor", "Guide"), ("Student", "Teacher"), ("Newcomer", "Colleague"), ("Customer", "Adviser"))
    )
    groups = _groups(sentences, draw, 1, 3)
    prompts = (
        "What should I know about {}?",
        "And how does {} come into it?",
        "Is there more to say on {}?",
        "What about {}?",
    )
    topics = text.topics or ["matter"]
    used: Counter[str] = Counter()
    turns = []
    for i, group in enumerate(groups):
        low = group.lower()
        about = min((t for t in topics if t in low), key=lambda t: used[t], default=topics[i % len(topics)])
        used[about] += 1
        turns += [f"{asks}: {prompts[i % len(prompts)].format(f'the {about}')}", f"{tells}: {group}"]
    return "\n\n".join(turns)


def _meeting(sentences: list[str], text: Passage, draw: Random) -> str:
    roles = draw.choice(
        (("Chair", "Secretary", "Engineer"), ("Chair", "Treasurer", "Project lead"), ("Chair", "Archivist", "Adviser"))
    )
    lines = [f"Minutes of a meeting on {_topic(text, draw)}", "Present: " + ", ".join(r.lower() for r in roles) + "."]
    for i, group in enumerate(_groups(sentences, draw, 1, 4)):
        lines.append(f"{roles[i % 3]}: {group}")
        if i % 4 == 3:
            lines.append("The meeting took note.")
    return "\n\n".join([*lines, "There being no other business, the chair closed the meeting."])


def _poem(sentences: list[str], text: Passage, draw: Random) -> str:
    lines: list[str] = []
    for sentence in sentences:
        row: list[str] = []
        for word in sentence.split():
            row.append(word)
            if len(row) >= 9 or (len(row) >= 5 and word[-1] in ",;:"):
                lines.append(" ".join(row))
                row = []
        if row:
            lines.append(" ".join(row))
    return "\n\n".join("\n".join(lines[i : i + 4]) for i in range(0, len(lines), 4))


def _satire(sentences: list[str], text: Passage, draw: Random) -> str:
    topic = _topic(text, draw)
    asides = (
        "Nobody dared to cough.",
        "The experts nodded gravely.",
        "A minute of admiration was observed.",
        "Applause was thought proper.",
    )
    groups = _groups(sentences, draw, 2, 4)
    told = [f"{g} {asides[i % len(asides)]}" if i % 2 else g for i, g in enumerate(groups)]
    return "\n\n".join(
        [
            f"Stop whatever you are doing: there is news of {topic}.",
            *told,
            f"The world, having learned all about {topic}, went back to lunch.",
        ]
    )


def _instructional(sentences: list[str], text: Passage, draw: Random) -> str:
    head = draw.choice(
        ("What to know about {}, point by point", "A short guide to {}", "{}: the points to learn")
    ).format(_topic(text, draw))
    return "\n".join([head[0].upper() + head[1:], "", *(f"{i}. {s}" for i, s in enumerate(sentences, 1))])


def _lengthened(sentences: list[str], text: Passage, draw: Random) -> str:
    return f"{text.raw.strip()}\n\n{counted(text)}"


def _as_code(sentences: list[str], text: Passage, draw: Random) -> str:
    return text.raw.strip("\n")


def _restated(sentences: list[str], text: Passage, draw: Random) -> str:
    head = draw.choice(("An account of {}", "Facts about {}", "{}, set out in order")).format(_topic(text, draw))
    return "\n\n".join([head[0].upper() + head[1:], *_groups(sentences, draw, 3, 5)])


_SHAPES: list[tuple[tuple[str, ...], Callable[[list[str], Passage, Random], str]]] = [
    (("into data",), tabulated),
    (("programmer",), _as_code),
    (("debate",), _debate),
    (("meeting", "minutes", "discussion"), _meeting),
    (("satir", "parod", "ironic"), _satire),
    (("poem", "poet", "verse"), _poem),
    (("argument", "essayist", "opinion"), _argument),
    (("conversation", "dialogue", "interview", "inquiry", "customer service", "chat"), _conversation),
    (("long text", "longer", "lengthen", "extend", "expand", "long-form", "long form"), _lengthened),
    (("instruction", "manual", "training", "how-to", "guide", "tutorial", "teach"), _instructional),
]  # fmt: skip
