"""A task that pulls named information out of a text into a form of stated fields."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field, field_validator

from tasks.agents.question import Worked
from tasks.teacher.contract import Contract


class ExtractedField(Contract):
    """One value that the reader has to find, with the rule for writing it."""

    name: str = Field(
        description="snake_case; a dot leads into an inner object, [] after a name makes it a list: title, venue.city, "
        "payments[].amount, keywords[]"
    )
    description: str = Field(
        description="what belongs here, in one sentence for the reader: which of several candidates counts, and in what "
        "notation it is written"
    )
    type: Literal["string", "number", "integer", "boolean", "date", "time"] = Field(
        default="string", description="date is written YYYY-MM-DD, time HH:MM on the 24-hour clock"
    )
    rule: Literal["verbatim", "normalised", "chosen"] = Field(
        default="verbatim",
        description="verbatim: copied from the text; normalised: rewritten by the rule in the description; chosen: one of "
        "`choices`, or a boolean",
    )
    choices: list[str] = Field(default=[], description="the allowed values of a chosen string, else empty")


class ExtractionForm(Contract):
    """The form that the reader fills in; it is shown after the instruction."""

    output: Literal["json", "csv"] = Field(
        default="json", description="json, or csv where the task type asks for rows of CSV"
    )
    fields: list[ExtractedField] = Field(
        default=[], description="1 to 12 fields; empty if the answer form is neither JSON nor CSV"
    )
    ordered: bool = Field(default=False, description="true only if the instruction fixes the order of list members")


class Extraction(Worked):
    """A task of extraction: the form first, then what the text puts into it."""

    evidence: list[str] = Field(
        default=[], description="1 to 6 verbatim quotes from the passage that hold the values; the shortest that do"
    )
    formal: ExtractionForm = Field(default=ExtractionForm(), description="the form, without any value")
    instruction: str = Field(
        description="the task as the reader will see it, without the passage and without the list of fields"
    )
    key: list[str] = Field(
        default=[],
        description="JSON: one string, the filled form as a JSON object, null where the passage gives no value. CSV: one "
        "string, a JSON array with an object for each row. Other forms: as the answer form says",
    )
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")

    @field_validator("key", mode="before")
    @classmethod
    def _as_text(cls, raw: Any) -> Any:
        # Models give the object itself, or a list of them, where its text was asked for.
        if isinstance(raw, dict):
            return [json.dumps(raw, ensure_ascii=False)]
        if isinstance(raw, list) and raw and all(isinstance(item, dict) for item in raw):
            return [json.dumps(raw[0] if len(raw) == 1 else raw, ensure_ascii=False)]
        return [raw] if isinstance(raw, str) else raw

    @field_validator("formal", mode="before")
    @classmethod
    def _no_form(cls, raw: Any) -> Any:
        return {} if raw is None else {"fields": raw} if isinstance(raw, list) else raw
