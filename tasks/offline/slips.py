"""Failures that the offline teacher plants in its own answers, so that what is learnt from failures is there without a model.

One first answer in so many says more than it was asked to; when it comes back with what a check found, the answer is as it
should be. What it says of the task is true in both.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.offline.kind import Answer
from tasks.offline.prompt import Prompt
from tasks.records import rng

ONE_IN = 10
"""Answers of which one slips."""
FOUND_BY = "no_boilerplate"
"""What finds them, in whatever form an answer is asked for."""
_SAID = (
    "{answer}\n\nI hope this helps!",
    "{answer}\n\nLet me know if you need anything else.",
    "{answer}\n\nFeel free to ask if anything is unclear.",
    "{answer}\n\nPlease do not hesitate to ask for more.",
)


def slipped(answer: Answer, prompt: Prompt) -> Answer:
    """The answer, or a worse one; the same for the same task."""
    draw = rng("slip", prompt.users)
    if len(prompt.users) != 1 or not answer.text or answer.calls or draw.randrange(ONE_IN):
        return answer
    return replace(answer, text=draw.choice(_SAID).format(answer=answer.text))
