"""What a curation may be asked for: the fields of its form."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

import prompts
from flows.order import CuratingGroup, Output, filled
from tasks.settings import Curating, Group, Text

Runs = Annotated[
    list[Text],
    BeforeValidator(filled),
    Field(min_length=1, max_length=10_000, json_schema_extra={"title": "Runs", "default": [f"out/{prompts.FIRST}"]}),
]
Workers = Annotated[int, Field(ge=0, le=1_000, json_schema_extra={"title": "Workers"})]
CrewName = Annotated[Literal["processes", "dask", "ray"], Field(json_schema_extra={"title": "Runner"})]
CrewAddress = Annotated[Text, Field(json_schema_extra={"title": "Address"})]


class CurateOrder(Group):
    """What a curation was asked for."""

    runs: Runs
    output: Output = "out/curated"
    curating: CuratingGroup = Curating()
    workers: Workers = 0
    runner: CrewName = "processes"
    address: CrewAddress = ""
