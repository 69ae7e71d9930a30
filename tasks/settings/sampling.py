"""How much is asked of each passage, of whom and how."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.settings.fields import Group, Temperature, Text


class Sampling(Group):
    """How many passages, instructions and responses are made, and in which variety."""

    transformations_per_document: int = Field(
        default=1, ge=1, le=20, description="Transformation agents drawn for each piece of a document."
    )
    instructions_per_passage: int = Field(
        default=3, ge=1, le=50, description="Task types drawn for each passage, one call of the instruction agent each."
    )
    instructions_per_type: int = Field(default=1, ge=1, le=5, description="Instructions asked for in each such call.")
    refinement_rounds: int = Field(
        default=1,
        ge=0,
        le=5,
        description="Times that suggester and editor go over the newest instructions; 0 switches refinement off.",
    )
    suggestions_per_instruction: int = Field(
        default=1,
        ge=1,
        le=5,
        description="Suggestions asked for per instruction and round, each carried out by the editor.",
    )
    responses_per_instruction: int = Field(
        default=1, ge=1, le=20, description="Independent responses per instruction; every one that passes is kept."
    )
    second_solve: bool = Field(
        default=True,
        description="Where the response and the author's key disagree, or the judge holds a response to be wrong, one more "
        "independent response decides.",
    )
    repairs: int = Field(
        default=1,
        ge=0,
        le=3,
        description="Times that a passage, draft, edit or response which fails a program's check goes back to who made it, "
        "with what was found, before it is a reject; a response also as often for what the judge found. One call each, and "
        "one to judge it again.",
    )
    keep_responses: Literal["all", "best"] = Field(
        default="all", description="Of several responses that pass, keep all, or the one with the best score alone."
    )
    goals_per_instruction: int = Field(
        default=1,
        ge=1,
        le=10,
        description="Refinement goals drawn for each instruction and round, one suggester's call each.",
    )
    goals_by_yield: bool = Field(
        default=True,
        description="Draw goals more often whose edits were kept more often among the run's earlier pieces, skill by skill.",
    )
    language: Text = Field(
        default="",
        description="Language of instructions and answers, by its English name; empty: that of the document.",
    )
    axes: Text = Field(
        default="difficulty,focus,register,persona,length,output_format",
        description="Axes of diversity to draw values of for each instruction, separated by commas.",
    )
    hard_negatives: int = Field(
        default=2,
        ge=0,
        le=6,
        description="Search results that an agent writes for each question to look right and not be, one call a question; "
        "0 asks for none.",
    )
    teacher_size: Literal["large", "small"] = Field(
        default="large",
        description="Instruction agents of a small teacher are shown one worked answer; siblings get different ones of a pool. "
        "A large teacher writes more freely without.",
    )
    personas: Literal["document", "list"] = Field(
        default="document",
        description="Who asks: a person of the document's own world, whom the instruction agent makes of a drawn tie, need and "
        "knowledge without a further call, or one of a fixed list.",
    )
    mix: Text = Field(
        default="",
        description="With --skill all: SKILL:WEIGHT pairs, separated by commas; empty: the proportions of the released dataset.",
    )
    strategy_prompts: Literal["erase", "keep", "off"] = Field(
        default="erase",
        description="Tell the teacher a way to think and erase it from the row (prompt erasing), keep it in the row as its "
        "system prompt (explanation tuning), or tell none.",
    )
    system_prompts: Literal["varied", "none"] = Field(
        default="varied", description="Draw the student's system prompt from the skill's list, or leave it out."
    )
    transform_temperature: Temperature = Field(
        default=None, description="Temperature of transformation agents; empty: the skill's."
    )
    instruct_temperature: Temperature = Field(
        default=None, description="Temperature of instruction agents; empty: the skill's."
    )
    suggest_temperature: Temperature = Field(
        default=None, description="Temperature of the suggester; empty: the skill's."
    )
    edit_temperature: Temperature = Field(default=None, description="Temperature of the editor; empty: the skill's.")
    respond_temperature: Temperature = Field(
        default=None, description="Temperature of the responding teacher; empty: the skill's."
    )
    simulate_temperature: Temperature = Field(
        default=None, description="Temperature of the simulated user and tools; empty: the skill's."
    )
    length_target: float = Field(
        default=1.0,
        ge=0,
        le=4,
        description="Responses are told to aim, with spread, at this share of the length that rows of the released dataset have, "
        "where a task leaves it open; 0 tells none.",
    )
    max_tokens: int = Field(
        default=4096,
        ge=64,
        le=65_536,
        description="Most tokens of one answer of an agent that writes passages, instructions or edits.",
    )
