"""The kind pattern: a task that is inferred from examples."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.checks.check import Check
from tasks.kinds.pattern.checks import examples_sound, reasoning_shown
from tasks.kinds.pattern.complete import demonstrate
from tasks.kinds.pattern.contract import DRAFTS, NARROWER
from tasks.kinds.pattern.demonstration import gives_reasons, show_examples
from tasks.kinds.pattern.stated import rule_fits

KIND = Kind(
    name="pattern",
    drafts=DRAFTS,
    narrower=NARROWER,
    complete=demonstrate,
    show=show_examples,
    traits={"reasoning": gives_reasons},
    checks=(
        Check(examples_sound),
        Check(reasoning_shown),
        Check(rule_fits),
    ),
)
