"""What the user of a conversation will do, turn by turn: planned by program, so that it can be checked by program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from tasks.agents.kind import SkillRun
from tasks.checks.constraints.clashes import constraint_clash
from tasks.checks.constraints.contract import Constraint
from tasks.kinds.conversation.contract import Dialogue, Fact
from tasks.kinds.conversation.pointing import pointing
from tasks.records import Json, Record, identified, rng
from tasks.records.draws import draw_distinct
from tasks.text.units import named_unit
from tasks.text.words import holds

FURTHER = (1, 2, 2, 3, 3, 3, 4, 4, 5)
"""How many turns of the user follow the first."""
_PASTED = ("{text}\n\n{task}", "{task}\n\n{text}", '{task}\n\n"""\n{text}\n"""', "{task}\n\n---\n\n{text}")
_LISTS = {"bullet_count", "numbered"}
"""Forms whose every item counts as a sentence."""
_AFTER_NUMBER = re.compile(r"\d[ \u00a0-]?([^\W\d_]+)")
_MEASURED = {"length", "mass", "time", "data"}
_FENCE = re.compile(r'\s*(?:"{3}|-{3})\s*')


@dataclass(frozen=True)
class Demand:
    """A requirement that the user makes in passing: how it reads, and its kind with the numbers to draw from."""

    says: str
    kind: str
    numbers: tuple[int, ...] = (0,)
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """One kind of turn; what it asks of the simulated user stands in that agent's prompt under the same name."""

    name: str
    weight: float = 1.0
    needs: str = ""
    """What the plan must hold for it: `fact`, `measure`, `slip` or `misbelief`. What its author planned is always played."""
    demands: tuple[Demand, ...] = ()
    lasts: bool = False
    """Whether its demand holds for every later answer too."""
    late: int = 0
    """Moves with a higher number come later."""


STANDING = (
    Demand("from now on, no answer of more than {n} words", "max_words", (80, 100, 120, 150)),
    Demand("from now on, no answer of more than {n} sentences", "max_sentences", (4, 5, 6)),
    Demand("from now on, no sentence of more than {n} words", "sentence_max_words", (22, 25)),
    Demand("from now on, plain text without any Markdown", "plain_text"),
    Demand("from now on, no exclamation marks", "exclude_punctuation", words=("!",)),
)
FORMATS = (
    Demand("the main points as exactly {n} bullet points", "bullet_count", (3, 4, 5)),
    Demand("the main points as a numbered list of {n} items or more", "numbered", (3, 4)),
    Demand("all of it in exactly {n} sentences", "sentence_count", (2, 3, 4)),
    Demand("the whole matter in {n} paragraphs with a blank line between them", "paragraphs", (2, 3)),
)
LANGUAGES = tuple(
    Demand(f"this answer in {name}", "language", words=(name,)) for name in ("French", "German", "Spanish")
)

MOVES = (
    Move("follow_up", 1.6),
    Move("deeper_why", 1.2),
    Move("ask_example", 1.0),
    Move("ask_opinion", 0.9),
    Move("simplification", 0.9),
    Move("own_case", 1.2, needs="fact"),
    Move("check_understanding", 0.9),
    Move("what_if", 1.0),
    Move("disagreement", 0.9),
    Move("next_step", 0.7),
    Move("unit_change", 0.5, needs="measure"),
    Move("topic_shift", 0.7),
    Move("self_correction", needs="slip"),
    Move("false_claim", needs="misbelief"),
    Move("constraint_added", 1.0, demands=STANDING, lasts=True),
    Move("format_change", 1.0, demands=FORMATS),
    Move("recap", 0.9, needs="fact", late=1),
    Move("memory_test", 0.8, needs="fact", late=1),
    Move("language_change", 0.4, demands=LANGUAGES, late=2),
)
ANSWERS = ("answer_rightly", "answer_wrongly", "answer_unsurely")
"""Moves that answer the question that the assistant has asked."""
WRONG = ANSWERS[1]
TAKEN_BACK, CLAIMED = Move("self_correction", needs="slip"), Move("false_claim", needs="misbelief")
SORTS: dict[str, tuple[Move, ...]] = {
    "": MOVES,
    "quizzed": (
        *(Move(name, weight) for name, weight in zip(ANSWERS, (2.0, 2.0, 1.0), strict=True)),
        replace(TAKEN_BACK, late=1),
        Move("constraint_added", 0.4, demands=STANDING[:2], lasts=True, late=1),
        Move("ask_score", 1.0, late=2),
    ),
    "rehearsal": (
        Move("in_role", 2.0),
        Move("in_role_fact", 1.5, needs="fact"),
        Move("in_role_yield", 1.0),
        TAKEN_BACK,
        CLAIMED,
        Move("step_out", 1.5, late=1),
    ),
    "puzzle": (
        Move("try_step", 2.0),
        Move("try_wrong_step", 1.5),
        Move("stuck", 1.0),
        Move("deeper_why", 0.8),
        Move("check_understanding", 0.8),
        TAKEN_BACK,
        CLAIMED,
        Move("ask_solution", 1.0, late=2),
    ),
}
"""Sort of conversation (the `draft` of a task type) -> the moves that make sense in it."""
DETAILS, RETURN = "details", "topic_return"
NAMES = (*dict.fromkeys(move.name for moves in SORTS.values() for move in moves), DETAILS, RETURN)


async def plan_moves(record: Record, run: SkillRun) -> Record:
    """The opening with its text pasted in, its particulars put right, and the moves that follow it."""
    task = without_text(record.instruction, record.passage)
    talk = sound(Dialogue.model_validate(record.formal or {}), task)
    draw = rng(run.seed, "moves", record.passage, task)
    pasted = draw.choice(_layouts(task)).format(task=task, text=record.passage) if talk.pastes_text and task else task
    formal = {**talk.model_dump(), "moves": plan(talk, draw, SORTS[run.skill.task_type(record.task_type).draft])}
    return identified(replace(record, instruction=pasted, formal=formal))


def _layouts(task: str) -> Sequence[str]:
    """The layouts in which the text stands where the message says that it stands."""
    pointed = pointing(task)
    return _PASTED[:1] if pointed == {"above"} else _PASTED[1:] if "below" in pointed else _PASTED


def without_text(instruction: str, passage: str) -> str:
    """The instruction without the passage that was pasted into it."""
    if not passage.strip() or passage.strip() not in instruction:
        return instruction.strip()
    before, after = instruction.split(passage.strip(), 1)
    return "\n\n".join(part for part in (_FENCE.sub("", before).strip(), _FENCE.sub("", after).strip()) if part)


def sound(talk: Dialogue, task: str) -> Dialogue:
    """The particulars that hold of this opening: what it does not state is no fact, what it tells is not withheld."""
    told = [f for f in (*talk.facts, *talk.withheld) if f.about.strip() and f.value.strip() and holds(task, f.value)]
    slips = [
        s
        for s in talk.slips[:1]
        if s.about.strip() and holds(task, s.said) and s.meant.strip() and not holds(task, s.meant)
    ]
    slipped = {s.said for s in slips}
    return talk.model_copy(
        update={
            "facts": [f for f in told[:4] if f.value not in slipped],
            "withheld": [
                f for f in talk.withheld[:2] if f.about.strip() and f.value.strip() and not holds(task, f.value)
            ],
            "slips": slips,
            "misbeliefs": [m for m in talk.misbeliefs[:1] if m.claim.strip()],
        }
    )


def plan(talk: Dialogue, draw: Random, moves: Sequence[Move] = MOVES) -> list[Json]:
    """One to five moves in their order, each with the data that the user needs and those that the answer is held against.

    What the opening's author planned (something withheld, a slip, a misbelief) is always among them.
    """
    suiting = [move for move in moves if _suits(move, talk)]
    owed = [move for move in suiting if _owed(move, talk)]
    told = bool(talk.withheld)
    left = max(0, draw.choice(FURTHER) - len(owed) - told)
    others = draw_distinct([move for move in suiting if move not in owed], left, draw) if left else []
    drawn = [*owed, *others]
    draw.shuffle(drawn)
    quizzed = moves is SORTS["quizzed"]
    # What somebody believes wrongly is their answer to the question that they asked to be asked first.
    chosen = sorted(drawn, key=lambda m: (m.late, not (quizzed and _owed(m, talk) and m.name == WRONG)))
    # Somebody who is asked a question answers before they tell anything else.
    chosen.insert(1 if quizzed and chosen else 0, Move(DETAILS)) if told else None
    planned: list[Json] = []
    for number, move in enumerate(chosen):
        bound = _bound(move, talk, planned, draw)
        if move.demands and "demand" not in bound:
            continue
        room = len(planned) + len(chosen) - number < FURTHER[-1]
        planned += [bound, {"move": RETURN}] if move.name == "topic_shift" and room else [bound]
    planned = planned or [{"move": suiting[0].name}]
    return _answering(planned, draw) if quizzed else planned


def _answering(planned: list[Json], draw: Random) -> list[Json]:
    """The moves of a quiz: none leaves the question that was asked open, and the last of them ends it."""
    answered = [move if move["move"] in ANSWERS else {**move, "first": draw.choice(ANSWERS)} for move in planned]
    return [*answered[:-1], {**answered[-1], "closes": True}]


def _owed(move: Move, talk: Dialogue) -> bool:
    return move.needs in ("slip", "misbelief") or (move.name == WRONG and bool(talk.misbeliefs))


def _suits(move: Move, talk: Dialogue) -> bool:
    measures = any(measured(fact.value) for fact in talk.facts)
    had = {"fact": talk.facts, "measure": measures, "slip": talk.slips, "misbelief": talk.misbeliefs}
    return not move.needs or bool(had[move.needs])


def _bound(move: Move, talk: Dialogue, before: Sequence[Json], draw: Random) -> Json:
    data: Json = {"move": move.name}
    known = _known(talk, before)
    if move.name == DETAILS:
        return {**data, "tells": [f.model_dump() for f in talk.withheld], "says": [f.value for f in talk.withheld]}
    if move.needs == "slip":
        return {**data, **talk.slips[0].model_dump(), "says": [talk.slips[0].meant]}
    if move.needs == "misbelief" or (move.name == WRONG and talk.misbeliefs):
        return {**data, **talk.misbeliefs[0].model_dump()}
    if move.name == "recap":
        return {**data, "holds": [f.value for f in known]}
    if move.name == "memory_test":
        # What was said first and taken back, or told in passing, is the better test.
        fact = known[-1] if len(known) > len(talk.facts) else draw.choice(known)
        return {**data, "about": fact.about, "hides": fact.value, "holds": [fact.value]}
    if move.needs in {"fact", "measure"}:
        measures = [f for f in talk.facts if measured(f.value)]
        fact = draw.choice(measures if move.needs == "measure" else talk.facts)
        return {**data, **fact.model_dump(), **({"says": [fact.value]} if move.name == "in_role_fact" else {})}
    return {**data, **_demand(move, before, draw)} if move.demands else data


def measured(value: str) -> bool:
    """Whether a value can be told in another unit: a length, weight, time or the like, and no count, date or sum of money."""
    units = (named_unit(word) for word in _AFTER_NUMBER.findall(value))
    return any(unit is not None and unit.powers and unit.powers.keys() <= _MEASURED for unit in units)


def _known(talk: Dialogue, before: Sequence[Json]) -> list[Fact]:
    """What the person has told of themselves by then, as it stands after what they took back."""
    told = list(talk.facts)
    for made in before:
        told += [Fact(**f) for f in made.get("tells", [])]
        if made["move"] == "self_correction":
            told.append(Fact(about=made["about"], value=made["meant"]))
    return told


def _demand(move: Move, before: Sequence[Json], draw: Random) -> Json:
    """A demand that agrees with those that still stand; none if all of them clash."""
    standing = [Constraint(**c) for made in before if made.get("lasts") for c in made["constraints"]]
    taken = {c.kind for c in standing} | (_LISTS if any(c.kind == "max_sentences" for c in standing) else set())
    for demand in draw.sample(move.demands, len(move.demands)):
        number = draw.choice(demand.numbers)
        asked = Constraint.model_validate({"kind": demand.kind, "number": number, "words": list(demand.words)})
        if constraint_clash([*standing, asked]) is None and demand.kind not in taken:
            says = demand.says.format(n=number)
            return {"demand": says, "constraints": [asked.model_dump()], "lasts": move.lasts}
    return {}
