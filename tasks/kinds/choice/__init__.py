"""The kind choice: a question with a named mistake behind each wrong option."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.checks.check import Check
from tasks.kinds.choice.checks import misconceptions, tell_tales
from tasks.kinds.choice.contract import Choice
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="choice",
    drafts=drafts_of(Choice, "Choices", material=""),
    checks=(
        Check(tell_tales),
        Check(misconceptions),
    ),
)
