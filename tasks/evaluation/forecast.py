"""What an examination takes at most, told before it is paid for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.evaluation.bench import Bench
from tasks.evaluation.case import case_of
from tasks.evaluation.deciding import decidable
from tasks.evaluation.judging import orders, shown, spoken
from tasks.evaluation.named import Wanted
from tasks.evaluation.trust import STRANGERS
from tasks.records import Json
from tasks.settings import Evaluating
from tasks.teacher.prices import Price

_CHARACTERS = 3.5
"""Of a token, on the safe side."""
_GRADE_TOKENS = 250
_PROMPT_TOKENS = 700
"""Of the judge's own prompt."""


@dataclass(frozen=True)
class Bound:
    """Calls and tokens at most; `usd` is None where a price is unknown."""

    student_calls: int = 0
    judge_calls: int = 0
    by_key: int = 0
    """Answers that a program decides as a rule, so that their judge's calls fall away."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float | None = 0.0

    def __add__(self, other: Bound) -> Bound:
        known = self.usd is not None and other.usd is not None
        return Bound(
            self.student_calls + other.student_calls,
            self.judge_calls + other.judge_calls,
            self.by_key + other.by_key,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            (self.usd or 0.0) + (other.usd or 0.0) if known else None,
        )

    def told(self) -> Json:
        return dict(vars(self))


@dataclass(frozen=True)
class Asked:
    """By which rules a student is asked, and at which prices."""

    evaluating: Evaluating
    seed: int
    student: Price | None
    judge: Price | None
    judged: bool

    async def most_of(self, bench: Bench) -> Bound:
        """What Orca-Bench takes at most: each answer as long as it may be, and each judged. What programs decide and what the
        ledger has takes less; what has to be asked again takes more."""
        bound, longest = Bound(), 0
        for row in (row for shard in bench.shards for row in shard.rows):
            if (case := case_of(row)) is None:
                continue
            prompt = _tokens([shown(case.record.messages), *map(str, case.record.tools)])
            times = 1 + orders(case, self.seed, self.evaluating.both_orders)[0]
            bound += self._answered(prompt) + Bound(by_key=int(await decidable(case)))
            read = prompt + _tokens([spoken(case.reference)])
            bound, longest = bound + self._judged(read, times), max(longest, read)
        return bound + (self._judged(longest, min(STRANGERS, bench.rows)) if bench.rows > 1 else Bound())

    def most_of_task(self, wanted: Wanted, *, again: bool = False) -> Bound:
        """The same of a judge task; `again`, where it also compares with the other student's answers."""
        bound = Bound()
        for item in wanted.items:
            prompt = _tokens([shown(item.record.messages)])
            times = (2 if wanted.task.compares else 1) * (2 if again else 1)
            bound += self._answered(prompt) + self._judged(prompt + _tokens([item.reference]), times)
        return bound

    def _answered(self, prompt: int) -> Bound:
        taken = (prompt, self.evaluating.answer_tokens)
        return Bound(1, 0, 0, *taken, self.student.cost(*taken) if self.student else None)

    def _judged(self, shown_tokens: int, times: int) -> Bound:
        if not self.judged:
            return Bound()
        read = shown_tokens + self.evaluating.answer_tokens + _PROMPT_TOKENS
        taken = (times * read, times * _GRADE_TOKENS)
        return Bound(0, times, 0, *taken, self.judge.cost(*taken) if self.judge else None)


def _tokens(texts: Sequence[str]) -> int:
    return int(sum(map(len, texts)) / _CHARACTERS) + 8
