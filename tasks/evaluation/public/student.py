"""The student as lm-eval sees it: a model that writes text, asked through our teacher. Imports lm-eval."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Any

from lm_eval.api.model import LM

from tasks.evaluation.answering import STUDENT
from tasks.evaluation.asking import all_of
from tasks.records import Json, Rejected
from tasks.teacher import Teacher
from tasks.teacher.replies import choice_of

ANSWER_TOKENS = 256
"""The longest answer where a task names none: what lm-eval itself takes."""


class NoLogLikelihoods(Exception):
    """A task wants what a chat endpoint does not give."""


class Student(LM):  # type: ignore[misc]  # lm-eval has no types
    """Answers in whole messages. Called in a thread beside the event loop that the teacher lives on."""

    tokenizer_name = ""

    def __init__(self, teacher: Teacher, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._teacher, self._loop = teacher, loop
        self.asked = 0
        """Items that were asked."""
        self.unanswered = 0
        """Those that the endpoint did not take: too long for it, or failing on each try."""

    def apply_chat_template(self, chat_history: list[Json], add_generation_prompt: bool = True) -> str:
        """The messages as they are; the endpoint has the template."""
        return json.dumps(chat_history, ensure_ascii=False)

    def generate_until(self, requests: Sequence[Any], disable_tqdm: bool = False) -> list[str]:
        """What the student says to each, up to the first of the request's stops.

        EndpointDown or StopRun where a call cannot be made; what was answered until then is in the ledger.
        """
        asked = all_of(self._answer(*request.args) for request in requests)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()

    def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
        raise NoLogLikelihoods

    def loglikelihood_rolling(self, requests: Sequence[Any]) -> list[float]:
        raise NoLogLikelihoods

    async def _answer(self, context: str, how: Json) -> str:
        self.asked += 1
        most = how.get("max_tokens") or how.get("max_gen_toks") or ANSWER_TOKENS
        try:
            reply, _ = await self._teacher.reply(
                json.loads(context),
                agent=STUDENT,
                tools=None,
                temperature=float(how.get("temperature") or 0),
                max_tokens=int(most),
            )
        except Rejected:
            self.unanswered += 1
            return ""
        until = how.get("until") or []
        return cut(str(choice_of(reply)["message"].get("content") or ""), [until] if isinstance(until, str) else until)


def cut(text: str, stops: Iterable[str]) -> str:
    """The text before the first of these."""
    return text[: min((place for stop in stops if stop and (place := text.find(stop)) >= 0), default=len(text))]
