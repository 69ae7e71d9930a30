"""`python -m tasks.training PLAN.json`: carry a plan out, alone or as one of the processes of `accelerate launch`.

Each stage is kept when it is done, so that what was killed goes on where it was.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import torch

from tasks.records import Json
from tasks.training.loss import measured, read_held_out
from tasks.training.plan import BEFORE, CHECKPOINTS, HELD_OUT, PROGRESS, RESULT, WORK, Plan
from tasks.training.progress import BEGIN, PARENT, Progress, spent
from tasks.training.students import load_model, load_tokenizer, precision_of, save
from tasks.training.trainers import Learnt, calculating, learn_preferences, learn_rows

Learn = Callable[[Plan, Any, Any, Progress], Learnt]
_NEW = f"{WORK}/new"
_WATCH_SECONDS = 1.0


def main(path: str) -> None:
    """Carry the plan in this file out."""
    _stay_with(os.environ.get(PARENT, ""))
    plan = Plan.read(path)
    first = int(os.environ.get("RANK", "0")) == 0
    progress = Progress(plan.path(PROGRESS), first=first)
    progress.tell(BEGIN, 0, 0)
    tokenizer, _ = load_tokenizer(plan.student)
    if first and not plan.kept(BEFORE):
        plan.keep(BEFORE, {"loss": _loss(plan, load_model(plan.student, tokenizer), "before", progress)})
    curves, student = {"rows": _stage(plan, "rows", learn_rows, plan.student, tokenizer, progress)}, "rows"
    if plan.pairs:
        taught = str(plan.path(WORK) / student)
        curves["preferences"] = _stage(plan, "preferences", learn_preferences, taught, tokenizer, progress)
        student = "preferences"
    if first:
        _finish(plan, str(plan.path(WORK) / student), curves, tokenizer, progress)


def _stage(plan: Plan, stage: str, learn: Learn, student: str, tokenizer: Any, progress: Progress) -> list[Json]:
    """A stage of the training, unless it was done before; its loss by step."""
    marker = f"{WORK}/{stage}.json"
    if not (done := plan.kept(marker)):
        learnt = learn(plan, load_model(student, tokenizer), tokenizer, progress)
        learnt.save(str(plan.path(WORK) / stage))
        done = {"curve": learnt.curve()}
        if learnt.first:
            plan.keep(marker, done)
            shutil.rmtree(plan.path(CHECKPOINTS) / stage, ignore_errors=True)
        learnt.wait()
    curve: list[Json] = done["curve"]
    return curve


def _finish(plan: Plan, student: str, curves: Json, tokenizer: Any, progress: Progress) -> None:
    """Put the student where it belongs, in the precision that it had, and measure what is there."""
    new, output = plan.path(_NEW), plan.path("")
    shutil.rmtree(new, ignore_errors=True)
    save(load_model(student, tokenizer), tokenizer, str(new), precision_of(plan.student))
    after = _loss(plan, load_model(str(new), tokenizer), "after", progress)
    for file in sorted(new.iterdir()):
        os.replace(file, output / file.name)
    used = resource.getrusage(resource.RUSAGE_SELF)
    gpu = torch.cuda.is_available()
    seconds, cpu_seconds = spent(plan.path(PROGRESS))
    plan.keep(
        RESULT,
        {
            "before": (plan.kept(BEFORE) or {})["loss"],
            "after": after,
            "curves": curves,
            "seconds": round(seconds, 1),
            "cpu_seconds": round(cpu_seconds, 1),
            "memory_mb": round(used.ru_maxrss / 1024),
            "gpu_memory_mb": round(torch.cuda.max_memory_allocated() / 2**20) if gpu else 0,
            "device": torch.cuda.get_device_name() if gpu else "cpu",
        },
    )


def _loss(plan: Plan, model: Any, stage: str, progress: Progress) -> list[Json]:
    """The loss of held-out rows."""
    rows = read_held_out(plan.path(HELD_OUT))
    if torch.cuda.is_available():
        model.cuda()
    return measured(model, rows, calculating(plan, model), lambda done: progress.tell(stage, done, len(rows)))


def _stay_with(parent: str) -> None:
    """End when the process of this number ends, whatever ends it: nobody is left to tell, and its next attempt goes on."""

    def watch() -> None:
        while True:
            try:
                os.kill(int(parent), 0)
            except ProcessLookupError:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(_WATCH_SECONDS)

    if parent:
        threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1])
