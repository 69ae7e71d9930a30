"""What an examination may be asked for: the fields of its form."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from flows.order import BaseUrl, EndpointGroup, MaxCalls, MaxTokens, MaxUsd, Output, RunningGroup, Seed, filled
from tasks.settings import Endpoint, Evaluating, Group, Running, Text, bare


def _names(given: Any) -> Any:
    """Names, each once, also where several stand on a line with commas between; without empty ones."""
    if not isinstance(given, list | tuple):
        return given
    words = [word for line in given for word in (line.split(",") if isinstance(line, str) else [line])]
    return list(dict.fromkeys(word for word in map(bare, words) if word != ""))


Students = Annotated[
    tuple[Text, ...],
    BeforeValidator(filled),
    Field(min_length=1, max_length=100, json_schema_extra={"title": "Students", "default": ["MODEL@http://host/v1"]}),
]
BenchData = Annotated[Text, Field(json_schema_extra={"title": "Bench"})]
JudgeName = Annotated[Text, Field(json_schema_extra={"title": "Judge"})]
JudgeUrl = Annotated[BaseUrl, Field(json_schema_extra={"title": "Judge's base URL"})]
TaskNames = Annotated[
    tuple[Text, ...], BeforeValidator(_names), Field(max_length=100, json_schema_extra={"title": "Tasks"})
]
Compare = Annotated[Text, Field(json_schema_extra={"title": "Compare with"})]
Anyway = Annotated[bool, Field(json_schema_extra={"title": "Anyway"})]
EvaluatingGroup = Annotated[Evaluating, Field(json_schema_extra={"title": "Evaluating", "default": {}})]


class EvaluateOrder(Group):
    """What an examination was asked for."""

    students: Students
    output: Output = "out/evaluated"
    bench: BenchData = ""
    judge: JudgeName = ""
    judge_base_url: JudgeUrl = ""
    tasks: TaskNames = ()
    compare: Compare = ""
    anyway: Anyway = False
    max_usd: MaxUsd = 0.0
    max_tokens: MaxTokens = 0
    max_calls: MaxCalls = 0
    seed: Seed = 0
    evaluating: EvaluatingGroup = Evaluating()
    endpoint: EndpointGroup = Endpoint()
    running: RunningGroup = Running()

    @field_validator("judge")
    @classmethod
    def _no_offline_judge(cls, name: str) -> str:
        if name.partition(":")[0] == "offline":
            raise ValueError(
                "the offline teacher cannot judge: name a model, or leave --judge out to let programs alone decide"
            )
        return name
