"""Functions on offer, tasks that call them, and what a played function answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, computed_field

from tasks.agents.calls import Call
from tasks.teacher.contract import Contract


class ToolTask(Contract):
    """A user's request that functions on offer can serve, fully, in part or not at all."""

    plan: str = Field(
        default="",
        description="your notes, made first: the wish, the functions that serve it and in which order, where each argument's "
        "value comes from, and why no other calls would do",
    )
    calls: list[Call] = Field(
        default=[], description="the calls that serve the request once nothing is missing, in order"
    )
    missing: list[str] = Field(
        default=[],
        description="names of required parameters that the request leaves out, or of the function it needs that is not "
        "on offer; else empty",
    )
    answerable: bool = Field(
        default=True, description="false only if the function that the request needs is not on offer"
    )
    instruction: str = Field(description="the user's request, in the user's words, naming no function")
    later: str = Field(
        default="",
        description="what the same user asks for once that request is served, for which the last of the calls are; empty "
        "unless the task type wants a second request",
    )
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def formal(self) -> dict[str, str]:
        """The part of the plan that a record keeps."""
        return {"later": self.later.strip()} if self.later.strip() else {}


class Parameter(Contract):
    name: str
    type: Literal["string", "integer", "number", "boolean", "array", "object"] = "string"
    description: str = ""
    required: bool = True
    enum: list[str] = Field(default=[], description="the allowed values, if they are a closed list")


class Api(Contract):
    name: str = Field(description="snake_case")
    description: str = ""
    parameters: list[Parameter] = Field(default=[])
    returns: list[Parameter] = Field(default=[], description="the fields of the result object")


class Apis(Contract):
    """A list of functions that a program could offer."""

    apis: list[Api] = Field(default=[])
    unsuitable: str = Field(
        default="", description="empty if there are functions; else why none can be described from the material"
    )


class ToolResult(Contract):
    """What a function answers to one call."""

    status: Literal["ok", "empty", "error", "busy"] = "ok"
    result: str = Field(description="the result as one JSON object")
