"""Label sets that a text decides by its words and figures: the offline author and its editor.

The author keeps to words whose number is the same whether tokens or strings are counted, so that no key is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tasks.offline.item import EMPTY, Item, collected, refused, unsuitable
from tasks.offline.passage import Passage, size
from tasks.offline.prompt import Prompt, parsed
from tasks.offline.wording import Wording
from tasks.records import rng

_NAMES = ("amber", "teal", "violet", "ochre", "crimson", "indigo", "olive", "silver", "coral", "slate")
OCCURS = "the text uses the word “{word}” at least once"
_MOST = "of all words named here, the text uses “{word}” most often"
REST = "the text uses none of the words that the other labels name"
NO_FIGURE = "the text has no figure written in digits"
FEW = "the text has 1 to {n} figures written in digits"
MANY = "the text has more than {n} figures written in digits"
_STRANGE = (
    "zeppelin", "marzipan", "gondola", "tapestry", "walrus", "accordion", "sundial", "trellis", "lacquer",
    "monsoon",
)  # fmt: skip
"""Words that hardly any text uses; those that the passage does use are left out."""


@dataclass(frozen=True)
class _Scheme:
    """A label set with what is asked and the labels that are right."""

    kind: str
    labels: dict[str, str]
    """Label -> definition."""
    key: list[str]
    words: dict[str, str] = field(default_factory=dict)
    """Label -> the word that its definition turns on."""


WORDINGS = {
    "most": Wording("Give the text the label whose word it uses most.",
        "Which label belongs to the text, if the word that it uses most decides?"),
    "all": Wording("Which of the labels apply to the text? Give all that do, separated by commas.",
        "Find every label whose condition the text meets, and list them separated by commas."),
    "rest": Wording("Which label does the text get, by the word that it uses?",
        "Label the text by the one word out of these that it uses, or by the label for the rest."),
    "scale": Wording("On which step of the scale does the text stand, going by its figures?",
        "How rich in figures is the text? Choose the step of the scale."),
}  # fmt: skip


def labellings(prompt: Prompt) -> Item:
    """The JSON of `Labellings`."""
    if size(prompt.passage) < 12:
        return refused("The text is too short to be labelled.")
    text, draw, few = (
        Passage(prompt.passage, prompt.knobs.get("focus", "")),
        prompt.draws("labelling"),
        "few" in prompt.task_type,
    )
    why = "The text has no words that could decide between labels."
    return collected(prompt, lambda: _item(text, _makers(prompt.task_type), draw, few), why, by="options")


def edited_labelling(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedLabelling`: another text under the same labels, or other labels for the text."""
    passage, instruction = prompt.passage, prompt.instruction
    goal = prompt.goal.lower()
    options = [line for line in prompt.blocks.get("options", "").splitlines() if line.strip()]
    draw = rng("labelling again", passage, instruction, goal, prompt.salt)
    kind = next((name for name, wording in WORDINGS.items() if wording.find(instruction)), "")
    if not kind:
        return unsuitable("The instruction is of no kind that can be changed by rule.", formal={}, **EMPTY)
    scheme = Standing(kind, dict(o.split(": ", 1) for o in options if ": " in o), passage)
    if "flip" in goal or "outside" in goal or "misleading" in goal:
        changed = _changed(scheme, goal)
        key = scheme.right(changed)
        if changed == passage or not key or (key == scheme.right(passage)) != ("misleading" in goal):
            return unsuitable("No such change leaves a sound task.", formal={}, **EMPTY)
        examples = parsed(prompt.blocks.get("formal", ""), {}).get("examples") or []
        told = _Scheme(kind, scheme.labels, key, scheme.words)
        item: dict[str, Any] = {**_told(told, Passage(changed), instruction, examples), "passage": changed}
    else:
        fresh = _item(Passage(passage), {kind: _MAKERS[kind]}, draw, "xamples" in instruction)
        same = fresh and f'"{fresh["key"][0]}"' in prompt.blocks.get("key", "")
        item = (
            {} if not fresh or sorted(fresh["options"]) == sorted(options) or (same and "nearer" not in goal) else fresh
        )
    if not item:
        return unsuitable("No such change leaves a sound task.", formal={}, **EMPTY)
    return {"passage": "", "unsuitable": "", **item, "difficulty": "hard"}


def meets(definition: str, passage: str, others: list[str]) -> bool:
    """Whether the text meets a definition, given those of the other labels; read off its letters."""
    low = passage.casefold()
    if word := _slot(OCCURS, definition):
        return _times(word, low) > 0
    if word := _slot(_MOST, definition):
        rivals = [rival for o in others if (rival := _slot(_MOST, o))]
        return all(_times(word, low) > _times(rival, low) for rival in rivals)
    if definition == REST:
        return not any(_times(word, low) for o in others if (word := _slot(OCCURS, o)))
    figures = len(re.findall(r"\d+(?:[.,:]\d+)*", passage))
    if definition == NO_FIGURE:
        return figures == 0
    if n := _slot(FEW, definition):
        return 1 <= figures <= int(n)
    return figures > int(n) if (n := _slot(MANY, definition)) else False


def _slot(form: str, definition: str) -> str:
    before, _, after = re.sub(r"\{\w+\}", "\0", form).partition("\0")
    fits = definition.startswith(before) and definition.endswith(after)
    return definition[len(before) : len(definition) - len(after)] if fits else ""


def _times(word: str, low: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", low))


def _certain(text: Passage) -> list[str]:
    """Content words whose number is the same however they are counted: as tokens or as strings."""
    low = text.raw.casefold()
    return [w for w in text.content if _times(w, low) == text.counts[w] and w not in _NAMES]


def _absent(text: Passage) -> list[str]:
    low = text.raw.casefold()
    return [w for w in _STRANGE if w not in low]


def _most(text: Passage, draw: Random) -> _Scheme | None:
    words = sorted(_certain(text), key=lambda w: -text.counts[w])[:12]
    top = [w for w in words if text.counts[w] > 1]
    if not top:
        return None
    right = draw.choice(top[:4])
    fewer = [w for w in _certain(text) if text.counts[w] < text.counts[right]]
    if len(fewer) < 3:
        return None
    return _scheme("most", _MOST, [right, *draw.sample(fewer[:20], min(len(fewer), draw.choice((3, 4))))], 1, draw)


def _all(text: Passage, draw: Random) -> _Scheme | None:
    here, away = _certain(text), _absent(text)
    right = draw.choice((2, 3))
    if len(here) < right or len(away) < 3:
        return None
    return _scheme("all", OCCURS, [*draw.sample(here, right), *draw.sample(away, 3)], right, draw)


def _rest(text: Passage, draw: Random) -> _Scheme | None:
    here, away = _certain(text), _absent(text)
    if not here or len(away) < 4:
        return None
    none = draw.random() < 0.5
    words = draw.sample(away, 4) if none else [draw.choice(here), *draw.sample(away, 3)]
    scheme = _scheme("rest", OCCURS, words, 0 if none else 1, draw)
    spare = next(name for name in _NAMES if name not in scheme.labels)
    return _Scheme("rest", {**scheme.labels, spare: REST}, scheme.key or [spare], scheme.words)


def _scale(text: Passage, draw: Random) -> _Scheme | None:
    n = str(draw.choice((3, 4, 5)))
    labels = {"no figures": NO_FIGURE, "few figures": FEW.format(n=n), "many figures": MANY.format(n=n)}
    count = len(re.findall(r"(?<![\d.,:])\d+(?:[.,:]\d+)*", text.raw))
    right = "no figures" if not count else "few figures" if count <= int(n) else "many figures"
    return _Scheme("scale", labels, [right])


def _scheme(kind: str, form: str, words: list[str], right: int, draw: Random) -> _Scheme:
    names = draw.sample(_NAMES, len(words))
    labels = {name: form.format(word=word) for name, word in zip(names, words, strict=True)}
    return _Scheme(kind, labels, names[:right], dict(zip(names, words, strict=True)))


_MAKERS: dict[str, Callable[[Passage, Random], _Scheme | None]] = {
    "most": _most,
    "all": _all,
    "rest": _rest,
    "scale": _scale,
}


_SUITS = {"all_": "all", "aspect": "all", "open": "rest", "few": "rest", "urgency": "scale", "evidence": "scale"}
"""Part of a task type's name -> the kind that suits it; any kind suits the others."""


def _makers(task_type: str) -> dict[str, Callable[[Passage, Random], _Scheme | None]]:
    wanted = next((kind for part, kind in _SUITS.items() if part in task_type), "")
    return {wanted: _MAKERS[wanted]} if wanted else _MAKERS


def _item(
    text: Passage, makers: dict[str, Callable[[Passage, Random], _Scheme | None]], draw: Random, few_shot: bool
) -> dict[str, Any] | None:
    for kind in draw.sample(sorted(makers), len(makers)):
        scheme = makers[kind](text, draw)
        if scheme and len(scheme.key) < len(scheme.labels) and _agrees(scheme, text.raw):
            return _told(scheme, text, WORDINGS[kind].say(draw), _examples(scheme) if few_shot else [])
    return None


def _agrees(scheme: _Scheme, passage: str) -> bool:
    found = [n for n, d in scheme.labels.items() if meets(d, passage, [o for o in scheme.labels.values() if o != d])]
    return sorted(found) == sorted(scheme.key)


def _told(scheme: _Scheme, text: Passage, instruction: str, examples: list[dict[str, str]]) -> dict[str, Any]:
    quotes = [s for name in scheme.key if (word := scheme.words.get(name)) for s in text.holding(word)[:1]]
    return {
        "formal": {
            "criterion": "figures in digits" if scheme.kind == "scale" else "words used",
            "boundary": "Each definition is held against the text by counting.",
            "several": scheme.kind == "all",
            "ordered": scheme.kind == "scale",
            "examples": examples,
        },
        "evidence": [text.verbatim(s) for s in dict.fromkeys(quotes)][:3],
        "instruction": instruction,
        "options": [f"{name}: {definition}" for name, definition in scheme.labels.items()],
        "key": scheme.key,
        "answerable": True,
    }


def _examples(scheme: _Scheme) -> list[dict[str, str]]:
    return [{"text": f"This line is about the {word} alone.", "label": name} for name, word in scheme.words.items()]


@dataclass(frozen=True)
class Standing:
    """A label set as an editor finds it, and the text that it labels."""

    kind: str
    labels: dict[str, str]
    passage: str

    @property
    def words(self) -> dict[str, str]:
        return {n: w for n, d in self.labels.items() if (w := _slot(OCCURS, d) or _slot(_MOST, d))}

    def right(self, passage: str) -> list[str]:
        """The labels that the text gets."""
        return [n for n, d in self.labels.items() if meets(d, passage, [o for o in self.labels.values() if o != d])]


def _changed(scheme: Standing, goal: str) -> str:
    """The text changed for the goal; unchanged where nothing serves it."""
    right, words, text = scheme.right(scheme.passage), scheme.words, scheme.passage
    old = next((words[n] for n in right if n in words), "")
    other = next((w for n, w in words.items() if n not in right), "")
    if "outside" in goal:
        return _exchanged(text, old, "matter") if scheme.kind == "rest" and old else text
    if "misleading" in goal:
        tempting = next((name for name in scheme.labels if name not in right), "")
        return f"{text.rstrip()} Somebody has called it {tempting}." if tempting else text
    if scheme.kind == "scale":
        return text if "many figures" in right else f"{text.rstrip()} Noted beside it: 3, 5, 7, 8, 11 and 14."
    if old and other:
        return _exchanged(text, old, other)
    return f"{text.rstrip()} There is a {other} as well." if other else text


def _exchanged(text: str, old: str, new: str) -> str:
    other = {old: new, new: old}

    def swapped(m: re.Match[str]) -> str:
        word = other[m[0].casefold()]
        return word.capitalize() if m[0][0].isupper() else word

    return re.sub(rf"(?<!\w)(?:{re.escape(old)}|{re.escape(new)})(?!\w)", swapped, text, flags=re.I)
