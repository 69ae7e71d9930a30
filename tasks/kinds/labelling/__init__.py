"""The kind labelling: a text that is given labels out of a set with definitions."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.checks.check import Check
from tasks.kinds.labelling.checks import labels_sound
from tasks.kinds.labelling.complete import complete
from tasks.kinds.labelling.contract import Labelling
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="labelling",
    drafts=drafts_of(Labelling, "Labellings"),
    complete=complete,
    checks=(Check(labels_sound, "labels"),),
)
