"""What the suggester returns."""

from __future__ import annotations

from pydantic import Field

from tasks.teacher.contract import Contract


class Suggestion(Contract):
    wrong_path: str = Field(default="", description="the tempting mistake that the change invites")
    change: str = Field(description="what to change, exactly, in one or two sentences")
    why_harder: str = Field(default="", description="what the solver must now do that was not needed before")
    key_effect: str = Field(default="", description="what becomes of the answer")


class Suggestions(Contract):
    items: list[Suggestion] = Field(default=[])
    nothing_to_add: str = Field(
        default="", description="empty if there are suggestions; else why no useful change exists"
    )
