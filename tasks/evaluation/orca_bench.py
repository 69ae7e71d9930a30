"""Orca-Bench: held-out rows, each answer scored from 0 to 10 against the reference: by a program where a key decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.evaluation.answering import NOTHING, Said, said_to
from tasks.evaluation.asking import all_of
from tasks.evaluation.case import Case, case_of
from tasks.evaluation.deciding import decidable, decided, unread
from tasks.evaluation.judging import Judged, judged, shown, spoken
from tasks.evaluation.rows import JUDGE, KEY
from tasks.records import Json
from tasks.settings import Evaluating
from tasks.teacher import Teacher

NO_JUDGE = "no_judge"
"""Why nobody decides where no program can, if no judge was named."""
MOST = 10.0


@dataclass(frozen=True)
class Examiner:
    """Who asks, by which rules: the teacher's own endpoint is the student, its judge the judge."""

    teacher: Teacher
    student: str
    """What rows call it."""
    evaluating: Evaluating
    seed: int

    async def examined(self, rows: Sequence[Json]) -> list[Json]:
        """A row of `tasks.evaluation.rows.ANSWERS` for each of these held-out rows that has an answer.

        EndpointDown or StopRun where a call cannot be made; what was answered until then is in the ledger.
        """
        cases = [case for row in rows if (case := case_of(row)) is not None]
        return await all_of(self._examined(case) for case in cases)

    async def _examined(self, case: Case) -> Json:
        by_key = await decidable(case)
        said = await said_to(case, self.teacher, self.evaluating.answer_tokens)
        record = case.record
        facts: Json = {
            **{"id": record.id, "skill": record.skill, "task_type": record.task_type, "student": self.student},
            **{"document": case.document, "difficulty": case.difficulty},
            **{"state": said.state or None, "tokens": said.tokens},
            **{"task": shown(record.messages), "reference": spoken(case.reference), "answer": spoken(said.message)},
        }
        return {**facts, **await self._scored(case, said, by_key)}

    async def _scored(self, case: Case, said: Said, by_key: bool) -> Json:
        if said.unasked:
            return {"undecided": said.unasked}
        if said.state in NOTHING:
            return {"score": 0.0, "solved": False if by_key else None, "decided_by": KEY}
        if by_key and (right := await decided(case, said.message)) is not None:
            return {"score": MOST if right else 0.0, "solved": right, "decided_by": KEY}
        if self.teacher.judge is None:
            lost = by_key and unread(
                case, said.message
            )  # public tasks count it so, too: nobody else could find an answer in it
            return {"score": 0.0, "solved": False, "decided_by": KEY} if lost else {"undecided": NO_JUDGE}
        found = await judged(
            case, said.message, self.teacher, self.teacher.judge, self.seed, self.evaluating.both_orders
        )
        return _told(found)


def _told(found: Judged) -> Json:
    if found.score is None:
        return {"undecided": f"judge_{found.problem}"}
    orders = {"answer_first": found.answer_first, "reference_first": found.reference_first}
    return {"score": found.score, "decided_by": JUDGE, "findings": found.findings, **orders}
