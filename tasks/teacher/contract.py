"""What every contract stands on, and the pair of schemas that instruction agent and editor return.

A model writes a schema's fields in their order, so that order is the order of work: what was thought through first, then the
passage, then what is copied out of it, then the wording, and the key after all that it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from functools import cache
from types import new_class
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, create_model

WORKING = ("working", "plan")
"""Fields with room to think; they come before all else and are never shown to a reader."""


class Contract(BaseModel):
    # Sloppy models add fields; those are dropped. Texts never reach an exception's message.
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


def narrowed(model: type[Contract], leave_out: Iterable[str] = (), **instead: tuple[Any, Any]) -> type[Contract]:
    """The contract without some of its fields; those of `instead` get another type and field in the same place."""
    fields: dict[str, Any] = {
        field: instead.get(field, (info.annotation, info))
        for field, info in model.model_fields.items()
        if field not in set(leave_out)
    }
    # Its config and validators come from the nearest ancestor that has no fields.
    base = next(each for each in model.__mro__ if issubclass(each, Contract) and not each.model_fields)
    return create_model(model.__name__, __base__=base, __doc__=model.__doc__, **fields)


@cache
def without_passage(model: type[Contract]) -> type[Contract]:
    """The contract as it is asked for where no passage may change: the field is not in its schema."""

    def leave_out(schema: dict[str, Any]) -> None:
        schema["properties"].pop("passage", None)

    own = {
        "model_config": ConfigDict(json_schema_extra=leave_out),
        "__module__": model.__module__,
        "__doc__": model.__doc__,
    }
    return cast("type[Contract]", new_class(model.__name__, (model,), exec_body=lambda body: body.update(own)))


@dataclass(frozen=True)
class Drafts:
    """The schemas that a skill's instruction agent (a list of items) and editor (one item) return."""

    instruct: type[Contract]
    edit: type[Contract]


def drafts_of(item: type[Contract], plural: str, material: str = "passage") -> Drafts:
    """The pair for `item`: `<plural>` with `items` and `unsuitable`, and `Edited<Item>`, whose passage follows its working.

    Why nothing could be made comes last: asked for first, it is what a small model fills in before it has tried.
    `material` is what the passage is called; empty where no refinement changes it, so that the editor returns none.
    """
    why = f"empty where there are items; else why the {material or 'material'} cannot carry this task type"
    fields: dict[str, Any] = {
        "items": (list[item], Field(default=[])),  # type: ignore[valid-type]
        "unsuitable": (str, Field(default="", description=why)),
    }
    first: dict[str, Any] = {}
    for name, info in item.model_fields.items():
        if name in WORKING:
            first[name] = (info.annotation, copy(info))
    if material:
        whole = f"the whole new {material} if the goal changes it; empty if it stays as it is"
        first["passage"] = (str, Field(default="", description=whole))
    cannot = Field(default="", description="empty, or why the suggestion cannot be carried out")
    head = create_model("Head", __base__=Contract, **first)
    return Drafts(
        instruct=create_model(plural, __base__=Contract, **fields),
        # Fields of the last base come first.
        edit=create_model(f"Edited{item.__name__}", __base__=(item, head), unsuitable=(str, cannot)),
    )
