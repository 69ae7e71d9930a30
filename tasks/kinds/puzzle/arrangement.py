"""Things that take places under rules: orders, circles, groups, selections, assignments, statements true or false."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from tasks.teacher.contract import Contract

StatementKind = Literal[
    "is",
    "is_not",
    "before",
    "just_before",
    "next_to",
    "apart",
    "apart_by",
    "opposite",
    "between",
    "same",
    "different",
    "exactly",
    "at_least",
    "at_most",
]


class Named(Contract):
    # Places and years come as bare numbers from sloppy models.
    model_config = ConfigDict(coerce_numbers_to_str=True)


class Attribute(Named):
    """What is to be settled of each thing: its place, its group, its day, whether it is chosen."""

    name: str
    values: list[str] = Field(
        default=[], description="every value, in order where they have one; for a selection [in, out]"
    )
    distinct: bool = Field(default=False, description="whether no two things may have the same value")
    at_most: int = Field(
        default=0, description="how many things may have the same value, if the setting says so; else 0"
    )
    at_least: int = Field(default=0, description="how many things each value must have, if the setting says so; else 0")
    circular: bool = Field(default=False, description="whether the last value is next to the first, as around a table")


class Statement(Named):
    """One relation. A thing may also be named by what it has, as `attribute=value`, where that value belongs to one thing."""

    kind: StatementKind = Field(
        description="is, is_not: each of `things` has, or has not, one of `values`. before (each earlier than the next), "
        "just_before, next_to, apart (not next to), opposite, same, different: about `things` in order. apart_by: the "
        "distance of the two is exactly `number` places. between: the first lies somewhere between the second and the third. "
        "exactly, at_least, at_most: `number` of `things`, or of all if none are named, have one of `values`"
    )
    things: list[str] = Field(default=[])
    attribute: str = Field(default="", description="the attribute meant; empty if there is only one")
    values: list[str] = Field(default=[])
    number: int = 0


class Rule(Named):
    """Statements joined to one condition, with the words that state it."""

    words: str = Field(default="", description="the words of the instruction that state it, letter for letter")
    form: Literal["plain", "not", "if", "iff", "or", "either"] = Field(
        default="plain",
        description="plain: all of `first` hold; not: not all of them; if: when all of `first` hold, all of `second` do; "
        "iff: both sides hold or neither; or: at least one side; either: exactly one side",
    )
    first: list[Statement] = Field(default=[])
    second: list[Statement] = Field(default=[])


class Choice(Rule):
    """An option as data; `words` is its text. What it claims stands in the rule, in `members` or in `number`."""

    words: str = Field(default="", description="the option's text as the reader sees it")
    members: list[str] = Field(
        default=[],
        description="possible_values, possible_things: the list that the option gives; sufficiency: one of first, second, "
        "together, each, neither",
    )
    number: int = Field(default=0, description="which_rule_idle, which_rule_clashes: the place of the rule, from 1")


class Arrangement(Named):
    """A set of rules with a question about what they allow."""

    things: list[str] = Field(default=[], description="what is arranged, at most ten")
    attributes: list[Attribute] = Field(default=[], description="one to four")
    rules: list[Rule] = Field(default=[], description="every rule that the instruction states, none that it does not")
    added: list[Rule] = Field(
        default=[], description="what the question supposes beside the rules; for sufficiency its two statements"
    )
    asks: Literal[
        "must",
        "could",
        "cannot",
        "fixes_all",
        "same_effect",
        "follows",
        "value",
        "arrangement",
        "possible_values",
        "possible_things",
        "how_many_arrangements",
        "how_many_values",
        "most",
        "fewest",
        "sufficiency",
        "which_rule_idle",
        "which_rule_clashes",
    ] = Field(
        default="must",
        description="must, could, cannot: which choice holds in all, in some, in no arrangement; fixes_all: which choice, "
        "added, leaves one arrangement; same_effect: which choice can stand for rule number `rule`; follows: whether the "
        "first choice's claim holds in all arrangements; value: the one value that `about` has; arrangement: the whole of "
        "`attribute`; possible_values: all values that `about` can have; possible_things: all things that can have `about`, or, "
        "for a short answer, the one that does; how_many_values: how many `about` can have; most, fewest: number of things that "
        "have the value `about`; sufficiency: whether the two added statements settle the value of `about`; which_rule_idle: "
        "the rule that excludes nothing; "
        "which_rule_clashes: the rule without which the others can be met",
    )
    attribute: str = Field(default="", description="the attribute asked about; empty if there is only one")
    about: str = Field(default="", description="the thing or the value asked about, if the question has one")
    rule: int = Field(default=0, description="same_effect: the place of the rule that is replaced, from 1")
    choices: list[Choice] = Field(
        default=[], description="one for each option, in the order of the options; for follows the claim alone"
    )
