"""Facts of a passage scattered by the offline editor: the sentences move, and nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tasks.kinds import kinds
from tasks.offline import reply
from tasks.records import Json
from tasks.teacher.contract import Contract
from tasks.teacher.material import material

LOG = """The lighthouse on Skarv was lit in 1861 by two brothers. Their lamp burnt 14 litres of oil in a winter night.

A gale took the lantern in 1889. The smith from Tromsø mended it within nine days. The older brother wrote that the
glass had come from Hamburg in 6 crates. Only one of them was broken.

Since 1974 the light has been automatic. Students count the 2,300 birds that nest under the wall. They sleep in the
room of the keepers."""


def asked(schema: type[Contract], blocks: dict[str, str], knobs: Json) -> Any:
    """What the offline teacher answers to an agent with this contract."""
    shape = {"name": schema.__name__, "schema": schema.model_json_schema()}
    body = {
        "messages": [{"role": "user", "content": material(1, blocks, knobs)}],
        "response_format": {"type": "json_schema", "json_schema": shape},
    }
    return schema.model_validate_json(reply(body)["choices"][0]["message"]["content"])


@pytest.mark.parametrize("form", ["option", "truth", "number", "span"])
def test_scattered_facts_move_and_nothing_else_changes(form: str) -> None:
    question = kinds()["question"].drafts
    edits = []
    for salt in range(12):
        knobs = {"answer_form": form, "task_type": "multi hop", "count": 1, "register": str(salt)}
        for item in asked(question.instruct, {"passage": LOG}, knobs).items:
            blocks = {
                "passage": LOG,
                "instruction": item.instruction,
                "options": "\n".join(option.text for option in item.options),
                "key": json.dumps(item.key),
                "suggestion": "Tell it elsewhere.",
            }
            edited = asked(question.edit, blocks, {"goal": "scattered_facts", "answer_form": form})
            edits += [] if edited.unsuitable else [(item, edited)]
    assert edits
    for item, edited in edits:
        assert edited.passage != LOG and sorted(edited.passage.split()) == sorted(LOG.split())
        assert (edited.instruction, edited.options, edited.key) == (item.instruction, item.options, item.key)
        assert edited.evidence and all(quote in edited.passage for quote in edited.evidence)
