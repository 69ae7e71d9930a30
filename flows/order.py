"""What a run may be asked for: the fields of the form, each with its bounds, in the order in which people need them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

import prompts
from tasks.settings import LARGEST_INTEGER, MANY, Endpoint, Reading, Sampling, Text, Tools, Verifying, bare
from tasks.steps.mix import ALL

MOST_CONCURRENT = 4096


def known_skill(name: str) -> str:
    """The name, if it is that of a skill or `all`; ValueError with the choices."""
    if name not in (known := [*prompts.names(), ALL]):
        raise ValueError(f"unknown skill '{name}'; known: {', '.join(known)}")
    return name


class Listed:
    """Gives a form the skills that there are when it is made."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "enum": [*prompts.names(), ALL]}


# A form shows these two filled in, where they can be seen and cleared. No deployment fills them in behind it.
_EXAMPLE = ["examples/documents"]
_FIRST_SKILL = "reading_comprehension"

Documents = Annotated[
    list[Text], Field(min_length=1, max_length=10_000, json_schema_extra={"title": "Documents", "default": _EXAMPLE})
]
SkillName = Annotated[
    str,
    BeforeValidator(bare),
    AfterValidator(known_skill),
    Listed(),
    Field(json_schema_extra={"title": "Skill", "default": _FIRST_SKILL}),
]
Output = Annotated[Text, Field(json_schema_extra={"title": "Output"})]
TeacherName = Annotated[Text, Field(json_schema_extra={"title": "Teacher"})]
BaseUrl = Annotated[Text, Field(json_schema_extra={"title": "Base URL"})]
Limit = Annotated[int, Field(ge=0, le=MANY, json_schema_extra={"title": "Limit"})]
MaxUsd = Annotated[float, Field(ge=0, le=MANY, json_schema_extra={"title": "Budget in US dollars"})]
MaxCalls = Annotated[int, Field(ge=0, le=MANY, json_schema_extra={"title": "Budget in calls"})]
Seed = Annotated[int, Field(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER, json_schema_extra={"title": "Seed"})]
Concurrency = Annotated[int, Field(ge=1, le=MOST_CONCURRENT, json_schema_extra={"title": "Concurrency"})]
ShardSize = Annotated[int, Field(ge=0, le=MANY, json_schema_extra={"title": "Shard size"})]


ReadingGroup = Annotated[Reading, Field(json_schema_extra={"title": "Reading", "default": {}})]
SamplingGroup = Annotated[Sampling, Field(json_schema_extra={"title": "Sampling", "default": {}})]
ToolsGroup = Annotated[Tools, Field(json_schema_extra={"title": "Tools", "default": {}})]
VerifyingGroup = Annotated[Verifying, Field(json_schema_extra={"title": "Verifying", "default": {}})]
EndpointGroup = Annotated[Endpoint, Field(json_schema_extra={"title": "Endpoint", "default": {}})]
