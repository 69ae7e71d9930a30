"""What every contract stands on, and the pair of schemas that instruction agent and editor return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model


class Contract(BaseModel):
    # Sloppy models add fields; those are dropped. Texts never reach an exception's message.
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


@dataclass(frozen=True)
class Drafts:
    """The schemas that a skill's instruction agent (a list of items) and editor (one item) return."""

    instruct: type[Contract]
    edit: type[Contract]


def drafts_of(item: type[Contract], plural: str, material: str = "passage") -> Drafts:
    """The pair for `item`: `<plural>` with `unsuitable` and `items`, and `Edited<Item>` with `passage` and `unsuitable`."""
    why = Field(default="", description=f"why the {material} cannot carry this task type; else empty")
    fields: dict[str, Any] = {"unsuitable": (str, why), "items": (list[item], Field(default=[]))}  # type: ignore[valid-type]
    edited: dict[str, Any] = {
        "passage": (str, Field(default="", description=f"the whole new {material}, or empty if it stays as it is")),
        "unsuitable": (str, Field(default="", description="why the suggestion cannot be carried out; else empty")),
    }
    return Drafts(
        instruct=create_model(plural, __base__=Contract, **fields),
        edit=create_model(f"Edited{item.__name__}", __base__=item, **edited),
    )
