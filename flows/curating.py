"""What a curation may be asked for: the fields of its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

import prompts
from flows.home import ledger_url
from flows.order import CuratingGroup, EndpointGroup, MaxCalls, MaxTokens, MaxUsd, Output, filled
from tasks.settings import Curating, Endpoint, Group, Settings, SettingsError, Text
from tasks.settings.running import MOST_CONCURRENT
from tasks.teacher import StopRun
from tasks.teacher.budget import Budget
from tasks.teacher.endpoints import check_teacher
from tasks.teacher.ledger import LedgerError, check_ledger
from tasks.teacher.opening import check_prices

Runs = Annotated[
    list[Text],
    BeforeValidator(filled),
    Field(min_length=1, max_length=10_000, json_schema_extra={"title": "Runs", "default": [f"out/{prompts.FIRST}"]}),
]
Workers = Annotated[int, Field(ge=0, le=1_000, json_schema_extra={"title": "Workers"})]
CrewName = Annotated[Literal["processes", "dask", "ray"], Field(json_schema_extra={"title": "Runner"})]
MaxConcurrency = Annotated[
    int, Field(ge=1, le=MOST_CONCURRENT, json_schema_extra={"title": "Most calls of the judge at once"})
]
CrewAddress = Annotated[Text, Field(json_schema_extra={"title": "Address"})]


class CurateOrder(Group):
    """What a curation was asked for."""

    runs: Runs
    output: Output = "out/curated"
    curating: CuratingGroup = Curating()
    workers: Workers = 0
    runner: CrewName = "processes"
    address: CrewAddress = ""
    max_usd: MaxUsd = 0.0
    max_tokens: MaxTokens = 0
    max_calls: MaxCalls = 0
    max_concurrency: MaxConcurrency = 256
    endpoint: EndpointGroup = Endpoint()

    @property
    def budget(self) -> Budget:
        """Of the judge."""
        return Budget(self.max_usd, self.max_tokens, self.max_calls)

    @property
    def settings(self) -> Settings:
        """By which the judge is asked."""
        return Settings.of(self.endpoint).model_copy(update={"max_concurrency": self.max_concurrency})


def check(order: CurateOrder) -> None:
    """SettingsError or PackageError for what cannot be had, before anything is read."""
    if order.curating.judge:
        check_judge(order.curating, order.settings, order.budget)


def check_judge(curating: Curating, settings: Settings, budget: Budget) -> None:
    """The same for the judge of a curation."""
    with in_judges_words():
        check_prices(curating.judge, settings, budget)
        check_teacher(curating.judge, curating.judge_base_url or None, settings)
        try:
            check_ledger(ledger_url(settings.ledger))
        except LedgerError as error:
            raise SettingsError(str(error)) from None


@contextmanager
def in_judges_words() -> Iterator[None]:
    """What is told of the teacher, told of the judge: by the names of its own options."""
    try:
        yield
    except (StopRun, SettingsError) as problem:
        told = re.sub(r"(?<!-judge)--base-url", "--judge-base-url", str(problem)).replace("--teacher", "--judge")
        raise type(problem)(told) from None
