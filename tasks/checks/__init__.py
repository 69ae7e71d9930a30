"""Checks that any row may need, whatever its kind: of the instruction with its key, and of the response.

A check is a function of a record that gives None if it passes, else a short detail that quotes no text; see
:class:`tasks.checks.check.Check` for what else it may say. To add one, write the function in the module of its theme and put it
into the list below; a check of one kind of task belongs to that kind's folder. A skill names the checks it wants in `skill.yaml`.
"""

from __future__ import annotations

from tasks.checks.answers import answer_stated, key_agreement, well_formed
from tasks.checks.arithmetic import arithmetic
from tasks.checks.asked import asked_in_full
from tasks.checks.boilerplate import no_boilerplate
from tasks.checks.brief import brief_kept
from tasks.checks.check import Check, Finding, named
from tasks.checks.constraints.met import constraints_met
from tasks.checks.constraints.soundness import constraints_sound
from tasks.checks.constraints.stated import constraints_stated
from tasks.checks.data import data_grounded, data_readable
from tasks.checks.data_asked import asked_told
from tasks.checks.declining import abstains
from tasks.checks.drawn import as_drawn
from tasks.checks.given_facts import facts_grounded
from tasks.checks.grounding import names_grounded, numbers_grounded
from tasks.checks.injection import not_obeyed
from tasks.checks.instruction import answer_hidden, evidence, self_contained, stands_alone
from tasks.checks.language import language
from tasks.checks.leakage import no_leak
from tasks.checks.lengths import length_in_bounds
from tasks.checks.loops import no_loops, whole_ending
from tasks.checks.personal import no_new_personal_data, no_personal_data
from tasks.checks.response import complete, structure
from tasks.checks.restated import restated
from tasks.checks.toxicity import not_toxic
from tasks.checks.writing import fresh

OF_INSTRUCTIONS = (
    Check(well_formed),
    Check(as_drawn),
    Check(self_contained),
    Check(stands_alone),
    Check(answer_hidden),
    Check(evidence),
    Check(constraints_sound),
    Check(constraints_stated),
    Check(no_leak),
    Check(not_obeyed),
    Check(data_readable),
)
"""`no_leak` and `not_obeyed` look at responses too, where a skill names them there."""
OF_RESPONSES = (
    Check(structure),
    Check(no_boilerplate),
    Check(complete),
    Check(whole_ending),
    Check(no_loops),
    Check(language),
    Check(length_in_bounds),
    Check(no_personal_data),
    Check(no_new_personal_data),
    Check(not_toxic),
    Check(arithmetic),
    Check(numbers_grounded),
    Check(names_grounded),
    Check(facts_grounded),
    Check(asked_in_full),
    Check(answer_stated),
    Check(abstains, decides=lambda record: not record.answerable, tells_key=True),
    Check(key_agreement, compares_key=True, tells_key=True),
    Check(data_grounded),
    Check(asked_told),
    Check(brief_kept),
    Check(restated),
    Check(fresh, across=True),
    Check(constraints_met, "constraints"),
)
CHECKS = named((*OF_INSTRUCTIONS, *OF_RESPONSES))
"""Name in `skill.yaml` and reason of the reject -> check."""

__all__ = ["CHECKS", "Check", "Finding", "named"]
