"""The offline teacher's hard negatives: sentences of the passage, each with one word or figure of another thing."""

from __future__ import annotations

import json
from typing import Any

from tasks.offline.passage import Passage, altered
from tasks.offline.prompt import Prompt, parsed

_ELSEWHERE = (
    "Of a second place the following is known.",
    "What is told of another case is this.",
    "Elsewhere it was found so.",
)


def lookalikes(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Lookalikes`: as many as are wanted and the passage yields, none with the evidence or the key."""
    text, draw = Passage(prompt.passage), prompt.draws("beside")
    evidence = " ".join(parsed(prompt.blocks.get("evidence", ""), []))
    key = [str(k).casefold() for k in parsed(prompt.blocks.get("key", ""), [])]
    spare = [s for s in text.sentences if len(s.split()) > 5 and s not in evidence]
    found: list[dict[str, str]] = []
    for number in range(prompt.count):
        chosen = draw.sample(spare, min(3, len(spare)))
        told = [versions[0] for s in chosen if (versions := altered(s, text, draw))]
        said = " ".join([_ELSEWHERE[number % len(_ELSEWHERE)], *told])
        if len(said.split()) > 24 and not any(k in said.casefold() for k in key):
            title = f"Notes on other cases, part {number + 1}"
            found.append({"title": title, "text": said, "told_apart": title})
    return {"working": json.dumps({"spare sentences": len(spare)}), "lookalikes": found}
