"""What the student sees, decided once: system prompt, layout of context and task, options, a hint at the final form."""

from __future__ import annotations

from string import ascii_uppercase

from prompts import AnswerForm, presentation
from tasks.agents.kind import SkillRun
from tasks.records import Json, Record, rng


def opening(record: Record, run: SkillRun) -> list[Json]:
    """The messages before the first answer: a system prompt, unless empty or switched off, and the user's turn.

    Drawn from the seed and the task's content, so the same task is always shown in the same way.
    """
    draw = rng(run.seed, "presentation", record.passage, record.instruction, record.options)
    forms = presentation()
    form = AnswerForm(record.answer_form)
    shown = shown_beside(record, run)
    # Where no text is shown, no hint may speak of one.
    hints = [hint for hint in forms.answer_hints.get(form, ("",)) if shown or "text" not in hint]
    hint = draw.choice(hints or [""])
    hint = str(record.formal.get("hint") or hint)  # a task may settle its final form itself
    style = draw.choice(forms.option_styles)
    if form is AnswerForm.MATCHING:  # its options carry their own numbers and letters
        style = "{text}"
    elif form is AnswerForm.LABEL:
        style = draw.choice(forms.label_styles)
    options = [
        style.format(letter=letter, text=text) for letter, text in zip(ascii_uppercase, record.options, strict=False)
    ]
    task = "\n\n".join(part for part in (record.instruction, "\n".join(options), hint) if part)
    layouts = [layout for name in run.skill.response.wrappers for layout in forms.wrappers[name]]
    user = draw.choice(layouts).format(context=shown, task=task)
    system = draw.choice(run.skill.response.system_prompts) if run.settings.system_prompts == "varied" else ""
    return [*([{"role": "system", "content": system}] if system else []), {"role": "user", "content": user}]


def shown_beside(record: Record, run: SkillRun) -> str:
    """What the student is given beside the task: something of the kind's own, the passage, or nothing."""
    if run.kind.show is not None:
        return run.kind.show(record)
    return record.passage if run.skill.response.passage == "shown" else ""
