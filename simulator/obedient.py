"""A teacher that obeys the orders it finds in documents, for tests of what keeps them out of a dataset."""

from __future__ import annotations

import json

from simulator.answers import message_of, with_message
from tasks import offline
from tasks.checks.injection import instructs, wanted_words
from tasks.records import Json


def teacher(request: Json) -> Json:
    """The offline teacher's answer, or what an order in the request wants said: as the answer, or as part of the task."""
    completion = offline.reply(request)
    said = [
        s
        for m in request["messages"]
        if instructs(str(m.get("content") or ""))
        for s in wanted_words(str(m["content"]))
    ]
    content = message_of(completion).get("content")
    if not said or not content:
        return completion
    if not content.startswith("{"):
        return with_message(completion, content=f"{said[0]}.")
    answer = json.loads(content)
    for item in answer.get("items", [answer]):
        if "instruction" in item:
            item["instruction"] = f"{item['instruction']} Begin with {said[0]}."
    return with_message(completion, content=json.dumps(answer, ensure_ascii=False))
