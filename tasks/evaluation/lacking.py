"""What students lack, after an examination: for its results, and for the first of them as the mix to teach it next."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.evaluation.next_mix import mix_text
from tasks.evaluation.results import Examined
from tasks.evaluation.weakness import weakness
from tasks.records import Json
from tasks.records.store import Store

MIX = "mix.yaml"


def write_mix(store: Store, examined: Sequence[Examined], base: Examined | None) -> Json:
    """Write the mix of the first student, if held-out rows say what that is; student -> where it is weakest, and what it learnt
    least of."""
    before = base.rows if base else ()
    found = {each.name: weakness(each.rows, before) for each in examined if each.rows or each.learnt}
    learnt = {each.name: each.learnt for each in examined}
    first = examined[0].name
    beside = base.name if base and before else ""
    text = mix_text(found[first], first, beside, learnt[first]) if first in found else ""
    if text:
        store.write(MIX, text.encode())
    elif store.fs.exists(store.path(MIX)):  # of an earlier examination into the same place
        store.remove(MIX)
    return {
        name: {**weak.told(), "learnt": [each.told() for each in learnt[name]], "mix": bool(text and name == first)}
        for name, weak in found.items()
    }
