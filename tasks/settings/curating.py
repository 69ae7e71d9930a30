"""Which rows a dataset keeps of those that runs have made."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tasks.settings.fields import LARGEST_INTEGER, MANY, Address, Group, Text
from tasks.settings.pairs import seen
from tasks.settings.verifying import BANDS


def _bands(text: str) -> str:
    for band in filter(None, (band.strip() for band in text.split(","))):
        if band not in BANDS:
            facts = {"seen": seen(band), "known": ", ".join(BANDS)}
            raise PydanticCustomError("unknown", "unknown band {seen}; known: {known}", facts)
    return text


class Curating(Group):
    """Which rows a dataset keeps."""

    hold_out: int = Field(
        100,
        ge=0,
        le=MANY,
        description="Rows of each skill to hold out, a tenth of them at most: whole documents. 0 for none.",
    )
    against: Annotated[tuple[Text, ...], Field(max_length=100)] = Field(
        (), description="Benchmarks, or files of them, whose items no row may hold."
    )
    judge: Text = Field(
        "",
        description="Model that is asked whether a row that is near to a benchmark's item asks the same in other words; what it "
        "confirms is dropped. Empty: nobody is asked.",
    )
    judge_base_url: Address = Field(
        "", description="The judge's endpoint. Empty: OpenAI's own, or the model's provider."
    )
    private: Literal["drop", "keep"] = Field(
        "drop", description="What becomes of rows with personal data or a secret in their text."
    )
    min_score: float = Field(
        0.0, ge=0, le=10, description="The least score that the judge gave. Rows without one stay."
    )
    difficulty: Annotated[Text, AfterValidator(_bands)] = Field(
        "",
        description="Bands of measured difficulty to keep, such as medium,hard. Rows not measured stay. Empty for all.",
    )
    offline_rows: bool = Field(False, description="Rows of the offline teacher too, which are not for training.")
    diversity: Literal["off", "filter", "facility"] = Field(
        "off",
        description="filter: no row as close to a better one as alike says. facility: the rows that stand for all best.",
    )
    alike: float = Field(0.9, gt=0, le=1, description="Cosine similarity from which on filter takes two rows for one.")
    embeddings: Text = Field(
        "",
        description="Folder of a model2vec model for diversity, and to find more that may say a benchmark's item in other words. "
        "Empty: words alone.",
    )
    rows: int = Field(0, ge=0, le=MANY, description="Rows to train on, in all. 0 for all that are left.")
    mix: Text = Field("", description="Shares of skills, such as coding:2,fermi:1. Empty: as they are.")
    seed: int = Field(0, ge=-LARGEST_INTEGER, le=LARGEST_INTEGER, description="Decides which documents are held out.")

    @model_validator(mode="after")
    def _judge_has_work(self) -> Self:
        if self.judge.partition(":")[0] == "offline":
            raise ValueError("judge: the offline teacher cannot judge; name a model, or leave the judge out")
        if self.judge and not self.against:
            raise ValueError("judge: there is nothing to judge without a benchmark; name some in against")
        if self.judge_base_url and not self.judge:
            raise ValueError("judge_base_url needs the model that answers there: name it as the judge")
        return self
