"""The schemas of the sorts of puzzle: each asks for the data of its own sort and for nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, create_model

from tasks.kinds.puzzle.arrangement import Arrangement, Choice
from tasks.kinds.puzzle.contract import Journey, Numbers, PuzzleTask, Sequence
from tasks.teacher.contract import Contract, Drafts, drafts_of, narrowed

_ASKED = {
    "must": "the choice that holds in every arrangement",
    "could": "the choice that holds in at least one arrangement",
    "cannot": "the choice that holds in no arrangement",
    "fixes_all": "the choice that, added to the rules, leaves exactly one arrangement",
    "follows": "whether the claim, which is the only choice, holds in every arrangement",
    "arrangement": "a whole arrangement",
    "same_effect": "the choice that can stand in the place of rule number `rule`",
    "sufficiency": "whether the two added statements settle the value of `about`",
    "which_rule_clashes": "the rule without which the others can be met",
    "which_rule_idle": "the rule that excludes nothing",
    "value": "the one value that `about` has in every arrangement",
    "possible_values": "all values that `about` can have",
    "possible_things": "all things that can have the value `about`; where a short answer is wanted, the only one",
    "how_many_arrangements": "the number of different arrangements",
    "how_many_values": "the number of values that `about` can have",
    "most": "the greatest number of things that can have the value `about`",
    "fewest": "the least number of things that can have the value `about`",
}


def _arrangement(
    asks: Any, leave_out: set[str], choice: type[Contract] | None = None, offers: str = ""
) -> type[Contract]:
    """An arrangement whose question is one of `asks`, with choices of this make."""
    names: tuple[str, ...] = asks.__args__
    described = "; ".join(f"{name}: {_ASKED[name]}" for name in names)
    default: Any = names[0] if len(names) == 1 else "must" if "must" in names else ...
    instead: dict[str, tuple[Any, Any]] = {
        "asks": (asks, Field(default=default, description=f"what is asked. {described}"))
    }
    if choice is not None:
        instead["choices"] = (list[choice], Field(default=[], description=offers))  # type: ignore[valid-type]
    return narrowed(Arrangement, leave_out | (set() if choice else {"choices"}), **instead)


def _drafts(
    model: str = "", data: type[Contract] | None = None, options: bool = False, may_lack: bool = False
) -> Drafts:
    """The schemas of puzzles with these data; `may_lack`: whether some of them have none."""
    leave_out = set() if options else {"options"}
    if data is None:
        return drafts_of(narrowed(PuzzleTask, {"formal", *leave_out}), "PuzzleTasks", "")
    known: Any = Literal["none", model] if may_lack else Literal[model]
    lacks = f"none if the puzzle cannot be told as {model}" if may_lack else None
    fields: dict[str, Any] = {
        "model": (known, Field(default="none" if may_lack else model, description=lacks)),
        model: (data | None, None) if may_lack else (data, ...),
    }
    formal = create_model("Formal", __base__=Contract, **fields)
    why = "the same puzzle as data, condition for condition; a program solves it and takes the key from there"
    field: Any = Field(default_factory=formal, description=why) if may_lack else Field(description=why)
    return drafts_of(narrowed(PuzzleTask, leave_out, formal=(formal, field)), "PuzzleTasks", "")


def _journey(kind: str, *used: str) -> type[Contract]:
    leave_out = {"sizes", "goal", "items", "quarrels", "seats", "links", "start", "end", "through", "avoid"} - {*used}
    return narrowed(Journey, leave_out, kind=(Literal[kind], Field(default=kind)))


def _listed(told: str) -> type[Contract]:
    return narrowed(Choice, _RULE | {"number"}, members=(list[str], Field(default=[], description=told)))


_RULE = {"form", "first", "second"}
_CLAIMS = Literal["must", "could", "cannot", "fixes_all", "follows", "arrangement"]
_LISTS = Literal["possible_values", "possible_things"]
_VALUES = Literal[
    "value", "possible_values", "possible_things", "how_many_arrangements", "how_many_values", "most", "fewest"
]
_CLAIM = narrowed(Choice, {"members", "number"})
_LIST = _listed("the members of the list that the option gives, spelt as in the data")
_VERDICT = _listed("exactly one of first, second, together, each, neither")
_PLACE = (int, Field(default=0, description="the place of the rule among `rules`, from 1"))
_RULE_NAMED = narrowed(Choice, _RULE | {"members"}, number=_PLACE)
_EACH = "one for each option"

NARROWER: Mapping[str, Drafts] = {
    "claims": _drafts(
        "arrangement",
        _arrangement(
            _CLAIMS, {"about", "attribute", "rule"}, _CLAIM, f"{_EACH}; the claim alone where true or false is asked"
        ),
    ),
    "lists": _drafts("arrangement", _arrangement(_LISTS, {"rule"}, _LIST, _EACH)),
    "substitution": _drafts(
        "arrangement", _arrangement(Literal["same_effect"], {"about", "attribute", "added"}, _CLAIM, _EACH)
    ),
    "sufficiency": _drafts(
        "arrangement", _arrangement(Literal["sufficiency"], {"rule"}, _VERDICT, "the five verdicts")
    ),
    "odd_rule": _drafts(
        "arrangement",
        _arrangement(
            Literal["which_rule_clashes", "which_rule_idle"],
            {"about", "attribute", "rule", "added"},
            _RULE_NAMED,
            _EACH,
        ),
    ),
    "whole": _drafts("arrangement", _arrangement(Literal["arrangement"], {"about", "rule"}), options=True),
    "value": _drafts("arrangement", _arrangement(_VALUES, {"rule"})),
    "numbers": _drafts("numbers", Numbers),
    "perhaps_numbers": _drafts("numbers", Numbers, may_lack=True),
    "perhaps_numbers_options": _drafts("numbers", Numbers, options=True, may_lack=True),
    "sequence": _drafts("sequence", Sequence),
    "jugs": _drafts("journey", _journey("jugs", "sizes", "goal")),
    "crossing": _drafts("journey", _journey("crossing", "items", "quarrels", "seats")),
    "routes": _drafts("journey", _journey("routes", "links", "start", "end", "through", "avoid")),
    "prose": _drafts(),
    "prose_options": _drafts(options=True),
}
"""Draft of a task type -> the schemas of its author and editor."""
