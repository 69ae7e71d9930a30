"""Students and judges by a script, held-out rows in few words, and a teacher that stands between them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tasks.records import Json, rng
from tasks.settings import Settings
from tasks.teacher import Teacher, Voice
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tests.curation.rows import row, write_rows
from tests.scripted import Scripted, reply

Says = Callable[[Json], Any]


def endpoint(says: Says, name: str) -> Scripted:
    """An endpoint that answers a request with what `says` makes of it: a reply, or the text of one."""

    async def line(body: Json) -> Any:
        found = says(body)
        return reply(found) if isinstance(found, str) else found

    return Scripted([line], name=name, model=name)


def teacher_of(folder: Path, student: Says, judge: Says | None = None) -> tuple[Teacher, Scripted, Scripted]:
    """A teacher that is the student, with its judge; and the two endpoints, which keep what they were asked."""
    asked, asks = endpoint(student, "student"), endpoint(judge or (lambda _: ""), "judge")
    voice = None if judge is None else Voice(asks, None, None, Limiter(8))
    settings = Settings(attempts=2)
    folder.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    return Teacher(asked, ledger, Limiter(8), settings, None, voice), asked, asks


def question(number: int, *, skill: str = "open_domain_question_answering", **more: Any) -> Json:
    """A held-out row whose key no program compares."""
    asked = f"Why does bridge {number} sway in the wind?"
    return row(asked, f"Bridge {number} sways since its deck is light.", skill=skill, document=f"d{number % 7}", **more)


def choice(number: int, key: str = "B") -> Json:
    """A held-out row that a key decides."""
    facts: Json = {"answer_form": "option", "options": ["oak", "elm", "ash"], "key": [key], "skill": "multiple_choice"}
    asked = f"Which wood is beam {number} made of?"
    return row(asked, f"The beam's label says elm.\n\nAnswer: {key}", document=f"d{number % 7}", **facts)


def block(body: Json, name: str) -> str:
    """What stands in a block of the material that a judge was given."""
    text = body["messages"][-1]["content"]
    found = re.search(rf"<({name}-\w+)>\n(.*?)\n</\1>", text, re.S)
    return found[2] if found else ""


def asked_of(body: Json) -> str:
    """The last thing that the user says."""
    return str(body["messages"][-1]["content"])


def graded(score: Any, findings: str = "Seen.") -> str:
    return json.dumps({"findings": findings, "score": score})


def scores(rows: Sequence[Json]) -> dict[str, Any]:
    return {each["id"]: each["score"] for each in rows}


def model(request: Json) -> Json:
    """Student and judge of a simulator: `good` answers as the reference does, any other model at random; the judge knows."""
    text = str(request["messages"][-1]["content"])
    form = (request.get("response_format") or {}).get("json_schema", {}).get("name")
    if form == "Grade":
        said = graded(9 if "light" in block(request, "answer") else 3)
    elif form == "Preference":
        said = json.dumps({"findings": "Seen.", "better": "first" if "light" in block(request, "first") else "second"})
    elif form == "FormKept":
        said = json.dumps({"findings": "Seen.", "kept": True})
    elif form == "Claims":
        claims = [
            {"claim": "It sways.", "place": "there", "supported": True},
            {"claim": "It fell.", "supported": False},
        ]
        said = json.dumps({"claims": claims})
    elif request["model"] == "good":
        said = "The deck is light. <b>&\n\nAnswer: B"
    else:
        said = rng("model", text).choice(["It is haunted.\n\nAnswer: A", "Nobody knows, so it is B.\n\nAnswer: B"])
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
    return {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}


def write_bench(folder: Path, rows: Sequence[Json], **manifest: Any) -> None:
    """A curated dataset that holds these rows out."""
    run = write_rows(folder, rows, curated=True, held_out=len(rows), **manifest)
    for skill in run.skills:
        (folder / "bench").mkdir(exist_ok=True)
        (folder / "dataset" / skill).rename(folder / "bench" / skill)
