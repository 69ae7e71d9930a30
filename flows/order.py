"""What a run may be asked for: the fields of the form, each with its bounds, and the one place where they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

import prompts
from tasks.factory.selection import Mode, Vanished
from tasks.settings import (
    LARGEST_INTEGER,
    MANY,
    Address,
    Curating,
    Endpoint,
    Group,
    Reading,
    Running,
    Sampling,
    Settings,
    Text,
    Tools,
    Verifying,
    Watching,
    bare,
    seen,
    told,
)
from tasks.steps.mix import ALL


class OrderError(ValueError):
    """A run was asked for that cannot be; the message names each field, what was seen and what is allowed."""


def known_skill(name: str) -> str:
    """The name, if it is that of a skill or `all`; ValueError with the choices."""
    if name not in (known := [*prompts.names(), ALL]):
        facts = {"seen": seen(name), "known": ", ".join(known)}
        raise PydanticCustomError("unknown", "unknown skill {seen}; known: {known}", facts)
    return name


class Listed:
    """Gives a form the skills that there are when it is made."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "enum": [*prompts.names(), ALL]}


def filled(given: Any) -> Any:
    """A list without its empty lines."""
    return [line for line in map(bare, given) if line != ""] if isinstance(given, list | tuple) else given


# A form shows these two filled in, where they can be seen and cleared. No deployment fills them in behind it.
_EXAMPLE = ["examples/documents"]

Documents = Annotated[
    list[Text],
    BeforeValidator(filled),
    Field(min_length=1, max_length=10_000, json_schema_extra={"title": "Documents", "default": _EXAMPLE}),
]
SkillName = Annotated[
    str,
    BeforeValidator(bare),
    AfterValidator(known_skill),
    Listed(),
    Field(json_schema_extra={"title": "Skill", "default": prompts.FIRST}),
]
Output = Annotated[Text, Field(json_schema_extra={"title": "Output"})]
TeacherName = Annotated[Text, Field(json_schema_extra={"title": "Teacher"})]
BaseUrl = Annotated[Address, Field(json_schema_extra={"title": "Base URL"})]
Limit = Annotated[int, Field(ge=0, le=MANY, json_schema_extra={"title": "Limit"})]
Rows = Annotated[int, Field(ge=0, le=MANY, json_schema_extra={"title": "Rows"})]
RowsPerType = Annotated[int, Field(ge=0, le=MANY, json_schema_extra={"title": "Rows of each task type"})]
MaxUsd = Annotated[float, Field(ge=0, le=MANY, json_schema_extra={"title": "Budget in US dollars"})]
MaxCalls = Annotated[int, Field(ge=0, le=MANY, json_schema_extra={"title": "Budget in calls"})]
MaxTokens = Annotated[int, Field(ge=0, le=MANY * 1_000, json_schema_extra={"title": "Budget in tokens"})]
MarksFile = Annotated[Text, Field(json_schema_extra={"title": "Marks"})]
MixFrom = Annotated[Text, Field(json_schema_extra={"title": "Mix file"})]
Seed = Annotated[int, Field(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER, json_schema_extra={"title": "Seed"})]

FactorySkill = Annotated[SkillName, Field(json_schema_extra={"title": "Skill", "default": ALL})]
FactoryMode = Annotated[Mode, Field(json_schema_extra={"title": "Mode"})]
VanishedRows = Annotated[Vanished, Field(json_schema_extra={"title": "Vanished documents"})]
Curated = Annotated[bool, Field(json_schema_extra={"title": "Curate"})]
CuratingGroup = Annotated[Curating, Field(json_schema_extra={"title": "Curating", "default": {}})]
WatchingGroup = Annotated[Watching, Field(json_schema_extra={"title": "Watching", "default": {}})]
PublishedFormats = Annotated[tuple[Text, ...], BeforeValidator(filled), Field(json_schema_extra={"title": "Publish"})]
KeptVersions = Annotated[int, Field(ge=0, le=MANY, json_schema_extra={"title": "Versions to keep"})]

ReadingGroup = Annotated[Reading, Field(json_schema_extra={"title": "Reading", "default": {}})]
SamplingGroup = Annotated[Sampling, Field(json_schema_extra={"title": "Sampling", "default": {}})]
ToolsGroup = Annotated[Tools, Field(json_schema_extra={"title": "Tools", "default": {}})]
VerifyingGroup = Annotated[Verifying, Field(json_schema_extra={"title": "Verifying", "default": {}})]
EndpointGroup = Annotated[Endpoint, Field(json_schema_extra={"title": "Endpoint", "default": {}})]
RunningGroup = Annotated[Running, Field(json_schema_extra={"title": "Running", "default": {}})]


class Order(Group):
    """What a run was asked for, read and within its bounds; whether it can be had is for `prepared` to say."""

    documents: Documents
    skill: SkillName
    output: Output = Field(default="", validate_default=True)
    teacher: TeacherName = "offline"
    base_url: BaseUrl = ""
    limit: Limit = 0
    rows: Rows = 0
    rows_per_type: RowsPerType = 0
    max_usd: MaxUsd = 0.0
    max_tokens: MaxTokens = 0
    max_calls: MaxCalls = 0
    seed: Seed = 0
    mix_from: MixFrom = ""
    marks: MarksFile = ""
    reading: ReadingGroup = Reading()
    sampling: SamplingGroup = Sampling()
    tools: ToolsGroup = Tools()
    verifying: VerifyingGroup = Verifying()
    endpoint: EndpointGroup = Endpoint()
    running: RunningGroup = Running()

    @field_validator("output")
    @classmethod
    def _named_by_its_skill(cls, output: str, info: ValidationInfo) -> str:
        return output or f"out/{info.data.get('skill', '')}"

    @model_validator(mode="after")
    def _one_number_of_rows(self) -> Self:
        if self.rows and self.rows_per_type:
            raise ValueError("--rows and --rows-per-type exclude each other: give one of them")
        return self

    @model_validator(mode="after")
    def _one_mix(self) -> Self:
        if self.mix_from and self.sampling.mix:
            raise ValueError("--mix-from and --set mix exclude each other: give one of them")
        return self

    @property
    def settings(self) -> Settings:
        """All groups as one."""
        return Settings.of(self.reading, self.sampling, self.tools, self.verifying, self.endpoint, self.running)


class FactoryOrder(Order):
    """What a factory's run was asked for."""

    skill: FactorySkill = ALL
    mode: FactoryMode = "append"
    vanished: VanishedRows = "keep"
    keep_versions: KeptVersions = 0
    curate: Curated = False
    curating: CuratingGroup = Curating()
    watching: WatchingGroup = Watching()
    publish: PublishedFormats = ()

    @field_validator("output")
    @classmethod
    def _named_by_its_skill(cls, output: str, info: ValidationInfo) -> str:
        return output or "out/factory"


Form = TypeVar("Form", bound=Group)


def order_of(values: Mapping[str, Any], form: type[Form]) -> Form:
    """The order that these parameters of a flow make, empty ones at their defaults; OrderError, in one sentence, if none."""
    empty = [name for name, value in values.items() if value is None or value == ""]
    try:
        return form.model_validate({name: value for name, value in values.items() if name not in empty})
    except ValidationError as error:
        raise OrderError(told(error, _flag)) from None


def _flag(place: tuple[str | int, ...]) -> str:
    """How a message names the field at this place: as the command line does."""
    name, *below = map(str, place)
    if name in _SPELLED:
        return _SPELLED[name]
    return below[0] if below else f"--{name.replace('_', '-')}"


_SPELLED = {
    "documents": "DOCUMENTS",
    "data": "DATA",
    "runs": "RUNS",
    "students": "STUDENT",
    "formats": "--as",
    "model": "--for",
}
"""Parameters that the command line spells in another way."""
