"""What the student sees, decided once: system prompt, layout of context and task, options, a hint at the final form."""

from __future__ import annotations

from random import Random
from string import ascii_uppercase

import prompts
from prompts import AnswerForm, Hint, Shape, presentation
from tasks.agents.kind import SkillRun
from tasks.records import Json, Record, rng


def opening(record: Record, run: SkillRun) -> list[Json]:
    """The messages before the first answer: a system prompt, unless empty or switched off, and the user's turn.

    Drawn from the seed and the task's content, so the same task is always shown in the same way.
    """
    draw = _draw(record, run)
    forms = presentation()
    shown = shown_beside(record, run)
    hint = _hint(record, run, draw)
    style = draw.choice(forms.option_styles)
    if record.answer_form == AnswerForm.MATCHING:  # its options carry their own numbers and letters
        style = "{text}"
    elif record.answer_form == AnswerForm.LABEL:
        style = draw.choice(forms.label_styles)
    options = [
        style.format(letter=letter, text=text) for letter, text in zip(ascii_uppercase, record.options, strict=False)
    ]
    task = "\n\n".join(part for part in (record.instruction, "\n".join(options), hint.text) if part)
    layouts = [layout for name in run.skill.response.wrappers for layout in forms.wrappers[name]]
    user = draw.choice(layouts).format(context=shown, task=task)
    fitting = [own.text for own in run.skill.response.system_prompts if own.suits(hint, record.answer_form)]
    system = draw.choice(fitting or [""]) if run.settings.system_prompts == "varied" else ""
    return [*([{"role": "system", "content": system}] if system else []), {"role": "user", "content": user}]


def hint_of(record: Record, run: SkillRun) -> Hint:
    """The final form that the student is asked for, as `opening` shows it."""
    return _hint(record, run, _draw(record, run))


def hints_for(form: AnswerForm, strategies: tuple[str, ...], of_text: bool, open_shape: Shape = "free") -> list[Hint]:
    """The hints that at least one of these ways to think can follow.

    `of_text` says whether a text is in sight, `open_shape` what an answer looks like that no hint is about.
    """
    ways = [own for name in strategies for own in prompts.strategies()[name].prompts]
    hints = [h if h.text else Hint(text="", shape=open_shape) for h in presentation().answer_hints[form]]
    return [h for h in hints if any(own.suits(h, form) for own in ways) and (of_text or not h.of_text)]


def strategies_of(record: Record, run: SkillRun) -> tuple[str, ...]:
    """The ways to think that suit the task type."""
    own = next((t.strategies for t in run.skill.task_types if t.name == record.task_type), ())
    return own or run.skill.response.strategies


def shown_beside(record: Record, run: SkillRun) -> str:
    """What the student is given beside the task: something of the kind's own, the passage, or nothing."""
    if run.kind.show is not None:
        return run.kind.show(record)
    return record.passage if run.skill.response.passage == "shown" else ""


def _draw(record: Record, run: SkillRun) -> Random:
    return rng(run.seed, "presentation", record.passage, record.instruction, record.options)


def _hint(record: Record, run: SkillRun, draw: Random) -> Hint:
    if own := record.formal.get("hint"):  # a task may settle its final form itself
        return Hint(text=str(own), shape=record.formal.get("shape", "last"))
    of_text = run.skill.response.passage == "shown" and bool(record.passage)
    own_shape = run.skill.response.shape
    hints = hints_for(AnswerForm(record.answer_form), strategies_of(record, run), of_text, own_shape)
    return draw.choice(hints or [Hint(text="", shape=own_shape)])
