"""Which public tasks there are: those that `curate --against` knows, and files of lm-eval that a person wrote."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, model_validator

from tasks.curation.decontamination.named import places

OURS = Path(__file__).parent / "tasks"
"""Tasks of ours in lm-eval's own form."""
_LIST = Path(__file__).parent / "public.yaml"
_FILES = (".yaml", ".yml")
_NAME = re.compile(r"""^(?:group|task): *["']?(?P<name>[\w.-]+)["']? *(?:#.*)?$""", re.M)


class PublicTaskError(ValueError):
    """A task was named that cannot be examined; one sentence with the choices or the remedy."""


class PublicTask(BaseModel):
    """What stands for a benchmark in lm-eval, or why nothing does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str = ""
    """lm-eval's task or group."""
    metric: str = ""
    """METRIC,FILTER as lm-eval's results call it; the first of them if empty."""
    shots: int | None = None
    """Examples shown, where lm-eval leaves it open."""
    most: float = 1.0
    """The best value of the metric."""
    extra: str = ""
    """lm-eval's own extra that it needs."""
    left_out: str = ""
    """Why there is no figure."""
    include: str = ""
    """The folder that the task lies in, if it is none of lm-eval's."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> PublicTask:
        if bool(self.task) == bool(self.left_out):
            raise ValueError("expected `task` or `left_out`")
        return self


@cache
def public_tasks() -> Mapping[str, PublicTask]:
    """By the name under which `curate --against` knows the benchmark."""
    return TypeAdapter(dict[str, PublicTask]).validate_python(yaml.safe_load(_LIST.read_text(encoding="utf-8")))


def is_public(name: str) -> bool:
    """Whether lm-eval is asked for it: a benchmark's name, or a file or folder of lm-eval's tasks."""
    return name in public_tasks() or Path(name).suffix in _FILES or Path(name).is_dir()


def known_as(task: str) -> str | None:
    """The name under which `curate --against` knows a task of ours or of lm-eval; None where it knows none."""
    if task in places():
        return task
    return next((name for name, public in public_tasks().items() if public.task == task), None)


def check_tasks(names: Sequence[str]) -> None:
    """PublicTaskError for what cannot be examined, as far as it shows at once."""
    for name in names:
        _ = tasks_of(name)
    if names and importlib.util.find_spec("lm_eval") is None:
        raise PublicTaskError(f"the task {names[0]} is asked through lm-eval: pip install -e '.[evaluate]'")


def tasks_of(name: str) -> dict[str, PublicTask]:
    """The tasks that a name or path stands for, by what tables call them."""
    if name in public_tasks():
        return {name: public_tasks()[name]}
    path = Path(name).expanduser()
    if not is_public(name):
        raise PublicTaskError(
            f"unknown task '{name}'; known: {', '.join(public_tasks())}, or a YAML file of lm-eval, or a folder of such"
        )
    files = sorted(each for each in path.rglob("*") if each.suffix in _FILES) if path.is_dir() else [path]
    found = {own: PublicTask(task=own, include=str(file.parent)) for file in files for own in _own_tasks(file)}
    if not found:
        raise PublicTaskError(f"{name}: no task of lm-eval in it; let a YAML file say `task: NAME`")
    return found


def _own_tasks(path: Path) -> list[str]:
    """The task or group of a file, if it is one."""
    # No parser of YAML: lm-eval names functions in it in a way of its own.
    try:
        found = _NAME.search(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PublicTaskError(f"{path} cannot be read ({type(error).__name__}): name a YAML file of lm-eval") from None
    return [found["name"]] if found else []
