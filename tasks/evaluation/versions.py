"""What figures depend on beside the student: figures are compared only where all of it is the same."""

from __future__ import annotations

from collections.abc import Sequence

import prompts
from tasks.kinds import kinds
from tasks.records import Json, digest
from tasks.records.code import closure
from tasks.settings import Evaluating

_DECIDES = ("tasks.evaluation", "tasks.answers", "tasks.checks", "tasks.kinds", "tasks.text")
_SAID = {
    "bench": "other held-out rows",
    "judge": "another judge",
    "prompts": "other prompts of the judge",
    "sampling": "another sampling",
    "scoring": "another version of the program that compares answers",
}


class OtherVersion(ValueError):
    """Figures were to be put side by side that do not belong together; the message says what differs."""


def versions(bench: str, judge: str, agents: Sequence[str], evaluating: Evaluating, seed: int) -> Json:
    """All of it: digest of the held-out rows, judge, prompts, sampling, and the code that decides."""
    used = {name: prompts.shared_agent(name).sha256[:16] for name in sorted(agents)} if judge else {}
    decisive = evaluating.model_dump(include={"answer_tokens", "judge_tokens", "both_orders"})
    return {
        "bench": bench,
        "judge": judge,
        "prompts": used,
        "sampling": {"temperature": 0, **decisive, "seed": seed},
        "scoring": scoring(),
    }


def scoring() -> str:
    """A hash of the code that decides by program."""
    roots = ["tasks.evaluation.orca_bench", *(f"tasks.kinds.{name}" for name in kinds())]
    found = closure(roots, lambda name: name.startswith(_DECIDES))
    return digest([code.digest for code in found.values()])[:16]


def differences(ours: Json, theirs: Json) -> list[str]:
    """What differs between two, in words."""
    found = []
    for name, said in _SAID.items():
        one, other = ours.get(name), theirs.get(name)
        if one != other:
            named = f" ({other or 'none'}, and not {one or 'none'})" if name == "judge" else ""
            found.append(f"{said}{named}")
    return found
