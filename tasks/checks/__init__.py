"""Programmatic checks of records: closed, fast, without a model.

A check takes a record and returns None if it passes, else a short detail that quotes no text. To add one, write a
function in the module of its theme and name it in :data:`CHECKS`; a skill lists the names it wants in its `skill.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tasks.checks.answers import answer_stated, key_agreement, well_formed
from tasks.checks.arithmetic import arithmetic
from tasks.checks.constraints.met import constraints_met
from tasks.checks.constraints.soundness import constraints_sound
from tasks.checks.constraints.stated import stated
from tasks.checks.data import data_grounded, data_readable
from tasks.checks.declining import abstains
from tasks.checks.grounding import names_grounded, numbers_grounded
from tasks.checks.injection import not_obeyed
from tasks.checks.instruction import answer_hidden, evidence, self_contained, stands_alone
from tasks.checks.language import language
from tasks.checks.leakage import no_leak
from tasks.checks.lengths import length_in_bounds
from tasks.checks.loops import no_loops, whole_ending
from tasks.checks.personal import no_new_personal_data, no_personal_data
from tasks.checks.response import complete, no_boilerplate, structure
from tasks.checks.tells import misconceptions, tell_tales
from tasks.checks.toxicity import not_toxic
from tasks.checks.writing import fresh
from tasks.kinds.calculation.checks import calculation, estimate_shown
from tasks.kinds.coding.checks import code_kept, code_parses, code_self_contained, code_sound
from tasks.kinds.conversation.checks import each_answered, no_repeats, turns, user_voice
from tasks.kinds.conversation.memory import dialogue_sound, moves_made, moves_obeyed, remembers, stands_firm
from tasks.kinds.extraction.checks import extraction_agrees, extraction_fits, extraction_grounded, extraction_sound
from tasks.kinds.labelling.checks import labels_sound
from tasks.kinds.pattern.checks import examples_sound, reasoning_shown
from tasks.kinds.puzzle.checks import formal_given, rules_stated
from tasks.kinds.retrieval.checks import sources_cited, sources_sound
from tasks.kinds.retrieval.citations import citations
from tasks.kinds.rewriting.checks import keeps_facts, not_copied
from tasks.kinds.tools.checks import calls_agree, missing_asked, tool_calls, tool_task
from tasks.kinds.web.checks import page_task, reaches_goal, targets_exist
from tasks.records import Record

Check = Callable[[Record], str | None]

CHECKS: dict[str, Check] = {
    # of the instruction
    "well_formed": well_formed,
    "self_contained": self_contained,
    "stands_alone": stands_alone,
    "answer_hidden": answer_hidden,
    "evidence": evidence,
    "constraints_sound": constraints_sound,
    "constraints_stated": stated,
    "no_leak": no_leak,
    "not_obeyed": not_obeyed,
    "formal_given": formal_given,
    "examples_sound": examples_sound,
    "code_self_contained": code_self_contained,
    "code_sound": code_sound,
    "rules_stated": rules_stated,
    "tell_tales": tell_tales,
    "misconceptions": misconceptions,
    "labels": labels_sound,
    "tool_task": tool_task,
    "page_task": page_task,
    "calculation": calculation,
    "extraction_sound": extraction_sound,
    "data_readable": data_readable,
    "dialogue_sound": dialogue_sound,
    "sources_sound": sources_sound,
    # of the response (no_leak and not_obeyed look at either)
    "structure": structure,
    "no_boilerplate": no_boilerplate,
    "complete": complete,
    "whole_ending": whole_ending,
    "no_loops": no_loops,
    "language": language,
    "length_in_bounds": length_in_bounds,
    "no_personal_data": no_personal_data,
    "no_new_personal_data": no_new_personal_data,
    "not_toxic": not_toxic,
    "arithmetic": arithmetic,
    "numbers_grounded": numbers_grounded,
    "names_grounded": names_grounded,
    "citations": citations,
    "sources_cited": sources_cited,
    "answer_stated": answer_stated,
    "abstains": abstains,
    "key_agreement": key_agreement,
    "data_grounded": data_grounded,
    "extraction_fits": extraction_fits,
    "extraction_grounded": extraction_grounded,
    "extraction_agrees": extraction_agrees,
    "estimate_shown": estimate_shown,
    "reasoning_shown": reasoning_shown,
    "code_parses": code_parses,
    "code_kept": code_kept,
    "fresh": fresh,
    "keeps_facts": keeps_facts,
    "constraints": constraints_met,
    "not_copied": not_copied,
    "turns": turns,
    "user_voice": user_voice,
    "each_answered": each_answered,
    "no_repeats": no_repeats,
    "moves_made": moves_made,
    "moves_obeyed": moves_obeyed,
    "remembers": remembers,
    "stands_firm": stands_firm,
    "targets_exist": targets_exist,
    "reaches_goal": reaches_goal,
    "tool_calls": tool_calls,
    "missing_asked": missing_asked,
    "calls_agree": calls_agree,
}
"""Name in `skill.yaml` and reason of the reject -> check."""


def failed(record: Record, names: Iterable[str]) -> tuple[str, str] | None:
    """The first of the named checks that the record fails, with the detail; None if it passes them all."""
    for name in names:
        if (detail := CHECKS[name](record)) is not None:
            return name, detail
    return None


__all__ = ["CHECKS", "Check", "failed"]
