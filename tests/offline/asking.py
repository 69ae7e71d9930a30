"""What tests ask the offline teacher, and of which material."""

from __future__ import annotations

import inspect
import json
import random
import subprocess
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import prompts
from tasks.kinds import contracts
from tasks.offline import reply
from tasks.records import Json, Record, Source
from tasks.teacher.contract import Contract
from tasks.teacher.material import material

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "examples" / "documents"
FORMS = ["option", "truth", "number", "span", "order", "set", "matching", "text"]
CONTRACTS = list(contracts().values())
HARBOUR = """The harbour at Lindvik was dug in 1874 by forty men with hand tools. It cost 12,500 crowns, of which the
parish paid 4,000. The first pilot kept a diary in which he noted every vessel that came in during the winter months.

A storm carried the outer mole away in November 1902. The engineers from Bergen built a new one out of granite blocks,
each of them weighing 3 tonnes. They were paid by the block and not by the day, which is why the mole was finished in
7 months.

Today the harbour is used by small boats. The fish hall holds a museum, where visitors can see the diary and a model
of the old mole. It opens on 1 May 2026 and closes on 30 September 2026. The council of Lindvik has set aside 250,000
crowns for its roof. The pilot's house stands empty. Nobody has lived there since 1981, although the garden is kept in
good order by a neighbour.
"""


def passages() -> list[str]:
    """Pieces of 150 to 350 words from documents of several kinds."""
    files = [p for p in sorted(DOCUMENTS.glob("*")) if p.suffix in {".md", ".txt"}]
    texts = [HARBOUR, *(p.read_text(encoding="utf-8") for p in files)]
    texts += [inspect.getdoc(module) or "" for module in (random, json, subprocess)]
    found = []
    for text in texts:
        piece: list[str] = []
        for paragraph in text.split("\n\n"):
            piece.append(paragraph)
            if sum(len(p.split()) for p in piece) > 200:
                found.append("\n\n".join(piece))
                piece = []
        if sum(len(p.split()) for p in piece) > 100:
            found.append("\n\n".join(piece))
    return found


PASSAGES = passages()


def request(blocks: dict[str, str], knobs: Json, schema: type[Contract] | None, system: str = "") -> Json:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": material(3, blocks, knobs)}]
    body: Json = {"model": "offline", "messages": messages}
    if schema:
        shape = {"name": schema.__name__, "schema": schema.model_json_schema()}
        body["response_format"] = {"type": "json_schema", "json_schema": shape}
    return body


def said(body: Json) -> str:
    content: str = reply(body)["choices"][0]["message"]["content"]
    return content


def ask(blocks: dict[str, str], knobs: Json, schema: type[Contract], system: str = "") -> Any:
    return schema.model_validate_json(said(request(blocks, knobs, schema, system)))


def layouts() -> list[str]:
    shown = prompts.presentation().wrappers
    return [*shown["passage_first"], *shown["task_first"]]


def laid_out(passage: str, task: str, layout: str) -> str:
    return layout.replace("{context}", "\0").replace("{task}", task).replace("\0", passage)


def answered(passage: str, item: Any, form: str, draw: random.Random, layout: str = "") -> Record:
    """The record of a question, answered from a drawn student's view."""
    shown = prompts.presentation()
    style = "{text}" if form == "matching" else draw.choice(shown.option_styles)
    options = "\n".join(style.format(letter=ascii_uppercase[i], text=o.text) for i, o in enumerate(item.options))
    hint = draw.choice(shown.answer_hints[prompts.AnswerForm(form)]).text
    task = "\n\n".join(part for part in (item.instruction, options, hint) if part)
    view = laid_out(passage, task, layout or draw.choice(layouts()))
    messages = [{"role": "user", "content": view}]
    answer = said({"model": "offline", "messages": messages})
    return Record(
        source=Source(id="d", uri="d", kind="text"),
        passage=passage,
        answer_form=form,
        instruction=item.instruction,
        options=[option.text for option in item.options],
        key=item.key,
        evidence=item.evidence,
        answerable=item.answerable,
        messages=[*messages, {"role": "assistant", "content": answer}],
    )


CODE = '''
from typing import Literal

class Store:
    pass

def book_room(store: Store, room: str, day: str, hours: int = 2, kind: Literal["meeting", "party"] = "meeting") -> dict:
    """Book a room in the house for a day.

    :param room: name of the room
    """
    return {"booking_id": 1, "price": 20.0}

def cancel_booking(booking_id: str, refund: bool) -> bool:
    """Cancel a booking that has been made before."""
    return True

async def opening_hours(weekday: str | None = None) -> list[str]:
    return []

def _hidden(x): ...
'''


def tool(name: str, description: str, required: list[str], **properties: Json) -> Json:
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


TOOLS = [
    tool(
        "book_room",
        "Book a room in the house for a day. Returns booking_id (string), price (number).",
        ["room", "startDate"],
        room={"type": "string"},
        startDate={"type": "string"},
        hours={"type": "integer", "minimum": 1, "maximum": 8},
        kind={"type": "string", "enum": ["meeting", "party"]},
    ),
    tool(
        "cancel_booking", "Cancel a booking.", ["booking_id"], booking_id={"type": "string"}, refund={"type": "boolean"}
    ),
    tool("find_rooms", "", ["features"], features={"type": "array", "items": {}}, id={"type": "string"}),
    tool(
        "set_alarm",
        "Sets the alarm of a room",
        ["room", "limits"],
        room={"type": "string"},
        limits={"type": "object", "properties": {"low": {"type": "number"}}, "required": ["low"]},
    ),
]
