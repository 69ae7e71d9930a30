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
    cached_input: float | None = Field(
        default=None, ge=0, description="Of a prompt's tokens that the provider had kept."
    )
    cache_write: float | None = Field(default=None, ge=0, description="Of those that it was asked to keep.")
    batch: float = Field(default=1.0, ge=0, le=1, description="The share of it that a call in a batch costs.")

    def cost(self, prompt_tokens: float, completion_tokens: float, cached: int = 0, written: int = 0) -> float:
        """US dollars; `cached` and `written` are part of the prompt's tokens, and cost what the rest does where no price says."""
        read = (self.input if self.cached_input is None else self.cached_input) * cached
        kept = (self.input if self.cache_write is None else self.cache_write) * written
        plain = max(0.0, prompt_tokens - cached - written) * self.input
        return (plain + read + kept + completion_tokens * self.output) / 1e6


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
