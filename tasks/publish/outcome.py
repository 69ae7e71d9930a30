"""What the ledger keeps of a run that came to its end, so that the next one can be forecast by it: numbers alone."""

from __future__ import annotations

from contextlib import suppress

from tasks.publish.manifest import pieces_done
from tasks.records import Json, digest
from tasks.steps.attempts import COMPLETE
from tasks.steps.forecast import calls_of, counted, rows_of
from tasks.steps.reading import Counts
from tasks.steps.run import Run
from tasks.teacher.ledger import LedgerError

_TAKEN = ("calls", "prompt_tokens", "completion_tokens")


async def remember(run: Run, manifest: Json) -> None:
    """Have the ledger keep what the run came to, if it came to its end."""
    if told := outcome(run, manifest):
        model = run.teacher.endpoint.model
        with suppress(LedgerError):  # the run is published: only the next forecast lacks something
            await run.teacher.ledger.note_outcome(digest(model, told["skills"]), model, told)


def outcome(run: Run, manifest: Json) -> Json | None:
    """By skill what was asked for and came of it, step by step, and how long calls took; None for a run that is not complete."""
    last = manifest["attempts"][-1]
    if last["ended"] != COMPLETE or not last["made"]:
        return None
    usage, skills = run.teacher.usage, manifest["skills"]
    done = counted(run.pieces, pieces_done(run, skills)).by_skill
    return {
        "skills": {name: _of_skill(run, name, counts, skills[name]) for name, counts in done.items()},
        "timed": usage.timed,
        "call_seconds": round(usage.seconds, 3),
        "seconds": last["seconds"],
    }


def _of_skill(run: Run, name: str, counts: Counts, facts: Json) -> Json:
    skill = run.mix.skills[name]
    most = {step: sum(agents.values()) for step, agents in calls_of(skill, run.settings, counts).items()}
    return {
        "pieces": counts.pieces,
        "characters": counts.characters,
        "rows": rows_of(skill, run.settings, counts),
        "accepted": facts["accepted"] + facts["surplus"],
        "steps": {
            step: {"most": calls, **{each: facts["steps"][step][each] for each in _TAKEN}}
            for step, calls in most.items()
            if step in facts["steps"]
        },
    }
