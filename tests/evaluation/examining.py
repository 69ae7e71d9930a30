"""Students and judges by a script, held-out rows in few words, and a teacher that stands between them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher import Teacher, Voice
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tests.curation.rows import row
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
