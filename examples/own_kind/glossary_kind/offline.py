"""The kind without a model: what the offline teacher answers for it, and what the simulator can do wrong in it."""

from __future__ import annotations

import re
from typing import Any

from glossary_kind.kind import HEAD
from tasks.offline import Answer, OfflineKind, Prompt
from tasks.offline.passage import Passage
from tasks.offline.prompt import parsed

_DEFINES = re.compile(r"An? (?P<term>[a-z-]+(?: [a-z-]+){0,2}?) is (?P<definition>(?:an?|the) .{10,150}[^.])\.")
_ASKED = re.compile(rf"{HEAD} (?P<definition>.+)")


def _definitions(text: str) -> list[tuple[str, re.Match[str]]]:
    """The sentences that define a term, each with its parts."""
    return [(sentence, found) for sentence in Passage(text).finished if (found := _DEFINES.fullmatch(sentence))]


def _author(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `TermTasks`: definitions as the text gives them, circular ones included, for the check to find."""
    found = _definitions(prompt.passage)
    items = [
        {
            "evidence": [sentence],
            "formal": {"term": parts["term"], "definition": f"{parts['definition']}."},
            "instruction": "Which term of the text does this entry of a glossary define?",
        }
        for sentence, parts in prompt.draws("glossary").sample(found, min(len(found), prompt.count))
    ]
    return {"unsuitable": "" if items else "The text defines no term.", "items": items}


def _editor(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedTermTask`: the definition with one more thing that the text says of the term."""
    entry = parsed(prompt.blocks.get("formal", ""), {"term": "", "definition": ""})
    told = re.search(rf"\bThe {re.escape(entry['term'])} ((?:is|was|has|can) [^.]{{10,100}})\.", prompt.passage)
    definition = f"{entry['definition'].rstrip('.')}; it {told[1]}." if told else entry["definition"]
    return {
        "evidence": [told[0]] if told else [],
        "formal": {**entry, "definition": definition},
        "instruction": prompt.instruction,
        "unsuitable": "" if told else "The text says no more of it.",
    }


def _responder(prompt: Prompt) -> Answer | None:
    """The term whose definition is asked for; None where the task is of another kind."""
    if not (asked := _ASKED.search(prompt.asked)):
        return None
    terms = [m["term"] for _, m in _definitions(prompt.asked) if asked["definition"].startswith(m["definition"])]
    return Answer(terms[0].capitalize() if terms else "The text does not say.")


def misnamed(case: Any) -> Any:
    """The answer of a student who took another term of the text for the right one."""
    return case.content_becomes("Tide gauge") if _ASKED.search(case.asked) else None


OFFLINE = OfflineKind(agents={"TermTasks": _author, "EditedTermTask": _editor}, responder=_responder)
DEFECTS = {"response": {"misnamed": misnamed}}
