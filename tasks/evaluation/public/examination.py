"""A student's figures in public tasks, as lm-eval reckons them; a task that cannot be asked has a reason instead of a figure."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.evaluation.figures import Figure
from tasks.evaluation.public.catalogue import OURS, PublicTask, tasks_of
from tasks.records import Json
from tasks.settings import Evaluating
from tasks.teacher import EndpointDown, StopRun, Teacher

if TYPE_CHECKING:
    from tasks.evaluation.public.student import Student


@dataclass(frozen=True)
class _Asking:
    """A task with the student that answers it."""

    name: str
    task: PublicTask
    student: Student
    limit: int | None


async def public_results(
    teacher: Teacher,
    names: Sequence[str],
    evaluating: Evaluating,
    tell: Callable[[str], None] = lambda told: None,
) -> list[Figure]:
    """A figure for each of these tasks, the names of `curate --against`, or files and folders of lm-eval's.

    Figures are in per cent, with an interval of lm-eval's standard error.
    EndpointDown or StopRun where the student cannot be asked: what it answered is in the ledger. PublicTaskError for no task.
    """
    wanted = {label: task for name in names for label, task in tasks_of(name).items()}
    loop = asyncio.get_running_loop()
    found = []
    for label, task in wanted.items():
        if task.left_out:
            found.append(_without(label, f"left out: {task.left_out}."))
            continue
        tell(f"Asking {label}, as {task.task} of lm-eval.")
        found.append(await asyncio.to_thread(_examined, teacher, loop, label, task, evaluating))
    return found


def _examined(
    teacher: Teacher,
    loop: asyncio.AbstractEventLoop,
    label: str,
    task: PublicTask,
    evaluating: Evaluating,
) -> Figure:
    from tasks.evaluation.public.student import NoLogLikelihoods, Student

    asking = _Asking(label, task, Student(teacher, loop), evaluating.limit or None)
    try:
        told = _by_lm_eval(asking)
    except (EndpointDown, StopRun):
        raise
    except NoLogLikelihoods:
        return _without(label, "left out: it is decided by log-likelihoods, which a chat endpoint does not give.")
    except ImportError as error:
        package = f"'lm-eval[{task.extra}]'" if task.extra else error.name
        return _without(label, f"left out: lm-eval needs {error.name} for it; pip install {package}.")
    except Exception as error:
        # Of whatever data sets and their transport raise the class says enough; the text may hold addresses with tokens.
        why = type(error).__name__
        if asking.student.asked:
            return _without(label, f"left out: lm-eval could not reckon its figure ({why}).")
        return _without(
            label,
            f"left out: its data cannot be loaded from the Hugging Face Hub ({why}); check the network, and HF_TOKEN if the "
            "data set asks for an account.",
        )
    return _figure(asking, told, evaluating)


def _by_lm_eval(asking: _Asking) -> Json:
    """lm-eval's results of one task or group, with the seeds of its own command: some tasks are shuffled by them."""
    from lm_eval import evaluator
    from lm_eval.defaults import DEFAULT_OTHER_SEED, DEFAULT_RANDOM_SEED

    task = asking.task
    random.seed(DEFAULT_RANDOM_SEED)
    np.random.seed(DEFAULT_OTHER_SEED)
    loaded: Json = _manager(task.include).load([task.task])
    for each in loaded["tasks"].values():
        each.set_config("num_fewshot", task.shots if task.shots is not None else each.get_config("num_fewshot") or 0)
        each.set_fewshot_seed(DEFAULT_OTHER_SEED)
    found: Json = evaluator.evaluate(
        asking.student,
        loaded,
        limit=asking.limit,
        log_samples=False,
        apply_chat_template=True,
        fewshot_as_multiturn=True,
    )
    return found


@cache
def _manager(include: str) -> Any:
    """lm-eval's index of its tasks and ours, or of a folder alone; without its bars and its log."""
    import datasets
    from lm_eval.api import task
    from lm_eval.tasks import TaskManager

    datasets.disable_progress_bars()
    task.tqdm = lambda items, **_: items  # it draws a bar for prompts, whatever its environment says
    for name in ("lm_eval", "datasets", "huggingface_hub"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return TaskManager(include_path=include or str(OURS), include_defaults=not include)


def _figure(asking: _Asking, told: Json, evaluating: Evaluating) -> Figure:
    task = asking.task
    measured = told["results"][task.task]
    metric = task.metric or next(key for key in measured if "," in key and "_stderr" not in key)
    name, _, taken = metric.partition(",")
    parts = _parts(told, task.task)
    counts = [told["n-samples"][part] for part in parts]
    asked = sum(count["effective"] for count in counts)
    whole = sum(count["original"] for count in counts)
    value = float(measured[metric])
    low, high = _interval(value, measured.get(f"{name}_stderr,{taken}"), evaluating.confidence, task.most)
    shots = max(told["n-shot"].get(part, 0) for part in parts)
    version = f"lm-eval {_lm_eval()}, {task.task} {told['versions'].get(task.task, '–')}, {shots} shots"
    notes = []
    if asked < whole:
        notes.append(f"{asked:,} of its {whole:,} items were asked.")
    if missing := asking.student.unanswered:
        notes.append(f"{missing:,} items are too long for the model or failed on every try, and count as wrong.")
    return Figure(
        asking.name,
        f"{name} ({taken})" if taken != "none" else name,
        round(value * 100 / task.most, 4),
        "percent",
        asked,
        low,
        high,
        better="higher" if _higher(told, parts, name) else "lower",
        version=version if asked == whole else f"{version}, {asked} items",
        note=" ".join(notes),
    )


def _parts(told: Json, task: str) -> list[str]:
    """The tasks that have items: of a group, all that are in it."""
    if task in told["n-samples"]:
        return [task]
    return [part for own in told["group_subtasks"].get(task, []) for part in _parts(told, own)]


def _interval(value: float, error: Any, confidence: float, most: float) -> tuple[float | None, float | None]:
    """In per cent, by lm-eval's standard error."""
    if not isinstance(error, int | float):  # "N/A" where lm-eval reckons none
        return None, None
    reach, scale = NormalDist().inv_cdf(0.5 + confidence / 2) * float(error), 100 / most
    return round(max(0.0, value - reach) * scale, 4), round(min(most, value + reach) * scale, 4)


def _higher(told: Json, parts: Sequence[str], metric: str) -> bool:
    return all(told["higher_is_better"].get(part, {}).get(metric) is not False for part in parts)


def _without(label: str, why: str) -> Figure:
    return Figure(label, "", None, "percent", 0, note=why)


def _lm_eval() -> str:
    from importlib.metadata import version

    return version("lm-eval")
