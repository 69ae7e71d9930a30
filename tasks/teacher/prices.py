"""What tokens cost: a small table that a person edits."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from tasks.settings import SettingsError

TABLE = Path(__file__).with_name("prices.yaml")


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    input: float = Field(ge=0)
    output: float = Field(ge=0)
    batch: float = Field(default=1.0, ge=0, le=1, description="The share of it that a call in a batch costs.")

    def cost(self, prompt_tokens: float, completion_tokens: float) -> float:
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1e6


def price_of(model: str, table: str = "") -> Price | None:
    """The price of a model, None if the table does not name it; SettingsError if the table cannot be used."""
    path = Path(table) if table else TABLE
    try:
        prices = RootModel[dict[str, Price]].model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).root
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise SettingsError(
            f"price_table {path}: {type(error).__name__}; expected lines 'model: {{input: 1.0, output: 2.0}}'"
        ) from None
    return prices.get(model) or prices.get(re.sub(r"-\d{4}-?\d{2}-?\d{2}$", "", model))
