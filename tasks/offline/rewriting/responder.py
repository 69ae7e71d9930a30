"""The offline responder to requests for changes of a text: it reads them out of the message and carries them out."""

from __future__ import annotations

from tasks.offline.kind import Answer
from tasks.offline.prompt import Prompt
from tasks.offline.rewriting.changes import requested, rewritten
from tasks.offline.view import split


def changed(prompt: Prompt) -> Answer | None:
    """The text after the changes that the message asks for; None if it asks for none."""
    asked = requested(prompt.asked)
    if not asked:
        return None
    view = split(prompt.asked, asked.start, asked.end).after(prompt.earlier)
    return Answer(rewritten(view.passage, asked.steps))
