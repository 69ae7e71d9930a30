"""What an examination came to: results.json, and the table of gains that is made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.curation.decontamination.named import places
from tasks.evaluation.answers import held_out_of
from tasks.evaluation.figures import ORCA_BENCH, Figure, by_skill, difference, figure_of, gain
from tasks.evaluation.learnt import Learnt
from tasks.evaluation.students import folder_of
from tasks.evaluation.versions import OtherVersion, differences
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Evaluating

RESULTS = "results.json"


@dataclass(frozen=True)
class Examined:
    """A student with all that it reached."""

    name: str
    figures: Sequence[Figure]
    rows: Sequence[Json] = ()
    """Its answers to held-out rows."""
    against: Sequence[str] | None = None
    """Benchmarks that its training data was decontaminated against; None where nobody knows."""
    learnt: Sequence[Learnt] = ()
    """What it learnt of each skill, if `teach` left that beside it."""
    trust: Json = field(default_factory=dict)
    """Whether its judge can be trusted: `tasks.evaluation.trust`."""


def told_of(
    examined: Sequence[Examined], base: Examined | None, versions: Json, evaluating: Evaluating, seed: int = 0
) -> Json:
    """All students with their figures, the one to compare with last, and the gains."""
    everybody = [*examined, *([base] if base else [])]
    return {
        "evaluated": True,
        "versions": versions,
        "students": [_student(each, evaluating, seed) for each in everybody],
        "compare": base.name if base else None,
        "table": table(examined, base),
        "trust": next((each.trust for each in examined if each.trust), {}),
        "differences": _differences(examined, base, evaluating, seed) if base else {},
    }


def _differences(examined: Sequence[Examined], base: Examined, evaluating: Evaluating, seed: int) -> Json:
    return {each.name: difference(each.rows, base.rows, evaluating, seed) for each in examined}


def _student(examined: Examined, evaluating: Evaluating, seed: int) -> Json:
    return {
        "name": examined.name,
        "figures": [figure.told() for figure in examined.figures],
        "skills": by_skill(examined.rows, evaluating, seed),
        "undecided": dict(sorted(Counter(row["undecided"] for row in examined.rows if row["undecided"]).items())),
        "against": None if examined.against is None else list(examined.against),
    }


def table(examined: Sequence[Examined], base: Examined | None) -> list[Json]:
    """A line for each task: the figures of all, and the relative gains over the base in per cent."""
    everybody = [*examined, *([base] if base else [])]
    tasks = list(dict.fromkeys(figure.task for each in everybody for figure in each.figures))
    lines = []
    for task in tasks:
        values = {each.name: _figure(each, task) for each in everybody}
        known = next(figure for figure in values.values() if figure)
        reference = values.get(base.name) if base else None
        lines.append(
            {
                "task": task,
                "metric": known.metric,
                "unit": known.unit,
                "better": known.better,
                "values": {name: figure.value if figure else None for name, figure in values.items()},
                "gains": {
                    each.name: _gain(values[each.name], reference)
                    for each in (examined if reference else ())
                    if reference is not None
                },
                "clean": {each.name: _clean(each, task) for each in everybody},
            }
        )
    return lines


def _gain(figure: Figure | None, reference: Figure) -> float | None:
    """The relative change; None between versions of a public task. The bench's are compared before, and told."""
    if figure is None or (figure.task != ORCA_BENCH and figure.version != reference.version):
        return None
    return gain(figure.value, reference.value)


def _figure(examined: Examined, task: str) -> Figure | None:
    return next((figure for figure in examined.figures if figure.task == task), None)


def _clean(examined: Examined, task: str) -> bool | None:
    """Whether the training data was decontaminated against a public task; None of another, or where nobody knows."""
    if examined.against is None or task not in places():
        return None
    return task in examined.against


def earlier(store: Store) -> Json | None:
    """The results that lie there, if any do."""
    found = store.read_json(RESULTS)
    return found if found and found.get("evaluated") else None


def as_base(store: Store, told: Json, versions: Json, anyway: bool) -> Examined:
    """The first student of earlier results that lie there, to compare with; OtherVersion where it was examined otherwise, unless
    `anyway`."""
    apart = differences(versions, told["versions"])
    if apart and not anyway:
        raise OtherVersion(
            f"{store.output} was examined with {', '.join(apart)}: examine both with one command, or add --anyway"
        )
    first = told["students"][0]
    rows = held_out_of(store, folder_of(first["name"]))
    return Examined(first["name"], [figure_of(each) for each in first["figures"]], rows, first.get("against"))
