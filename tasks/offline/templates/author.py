"""The offline author of questions: it fills a template from the passage and takes the key from the template's solution."""

from __future__ import annotations

from random import Random
from typing import Any

from tasks.offline.item import Item, collected, drawn, refused
from tasks.offline.passage import Passage, size
from tasks.offline.prompt import Prompt
from tasks.offline.templates.details import DETAILS
from tasks.offline.templates.lists import LISTS
from tasks.offline.templates.options import OPTIONS
from tasks.offline.templates.prose import PROSE
from tasks.offline.templates.template import Draft, Found, Solution, Template, found_in

_TEMPLATES: list[Template] = [*OPTIONS, *DETAILS, *LISTS, *PROSE]
_BY_FORM = {form: [k for k in _TEMPLATES if k.form == form] for form in {k.form for k in _TEMPLATES}}
_TRIES = 6
"""Drafts of one template until a claim has the verdict that is wanted."""
_HIDDEN_KEYS = {"span", "number"}

# A word or two of the task type's own, so that instructions of many types do not open alike; none changes the question.
_LEADS = {
    "vocabulary word figurative irony": ("With an eye to the choice of words: ", "Mind the exact wording. "),
    "infer true support conclusion main": ("Going by the text alone: ", "Rely on nothing but the text. "),
    "assumption flaw evaluate weaken strengthen": ("Before an argument is weighed, its wording must be right. ",),
    "parallel analog principle application": ("A case can only be compared once its details are clear. ",),
    "count numer date arithmetic quantit": ("Figures matter here. ", "Be exact: "),
    "order sequenc structure cause predict": ("Follow the course of the text. ", "Think of how the text proceeds. "),
    "compare contrast multi match": ("This takes more than one glance at the text. ", "Look in several places. "),
    "fact opinion detail literal unanswer span": ("A question of detail: ", "Check the text closely. "),
    "tone attitude purpose style": ("Tone hangs on single words. ", "Read for the author's own words. "),
}


def recognise(text: str) -> Found | None:
    """The question about a passage that a text asks."""
    return found_in(text, _TEMPLATES)


def questions(prompt: Prompt) -> Item:
    """The JSON of `Questions` for the drawn task type, answer form and difficulty."""
    if size(prompt.passage) < 12:
        return refused("The passage is too short to ask about.")
    draw, text = prompt.draws("asking"), Passage(prompt.passage, prompt.knobs.get("focus", ""))
    form = prompt.knobs.get("answer_form", "asked")

    def make() -> Item | None:
        verdict = drawn(prompt.knobs.get("verdict", ""), len(made) + 1)
        item = question(text, {**prompt.knobs, "verdict": verdict}, draw)
        if item and "unanswerable" in prompt.task_type and item["instruction"] not in made and draw.random() < 0.75:
            item = _without_answer(item, text, draw)
        made.update([item["instruction"]] if item else [])
        return item

    made: set[str] = set()
    return collected(prompt, make, f"The passage holds nothing that a question of the form {form} could rest on.")


def question(
    text: Passage, knobs: dict[str, str], draw: Random, avoid: str = "", local: bool = False
) -> dict[str, Any] | None:
    """One question of the asked form and difficulty, or nothing if no template of that form suits the passage.

    `avoid` is taken last; `local` admits only templates whose answer goes with the sentences it rests on.
    """
    asked = knobs.get("difficulty", "")
    difficulty = asked if asked in ("easy", "medium", "hard") else "medium"
    templates = _BY_FORM.get(knobs.get("answer_form", "text").split(" ")[0].lower(), _BY_FORM["text"])
    ranked = sorted(
        (k for k in templates if k.local or not local),
        key=lambda k: (k.hard != (difficulty == "hard"), k.name == avoid, draw.random()),
    )
    task_type = knobs.get("task_type", "").lower()
    ranked.sort(key=lambda k: not any(part in task_type for part in k.name.split("_")[:1]))
    verdict = knobs.get("verdict", "")
    for template in [each for each in ranked for _ in range(_TRIES if verdict else 1)]:
        draft = template.draft(text, draw)
        solution = template.solve(text, draft.slots, draft.options) if draft else None
        if draft and solution and (not verdict or template.form != "truth" or solution.key == [verdict]):
            item = finished(template, draft, solution, text, draw, task_type)
            if not hidden(item, template.form):
                return {**item, "difficulty": difficulty}
    return None


def finished(
    template: Template, draft: Draft, solution: Solution, text: Passage, draw: Random, task_type: str = ""
) -> dict[str, Any]:
    """The JSON of `Question` for a draft that has been solved."""
    core = template.wording.say(draw, **draft.slots)
    lead = next((leads for parts, leads in _LEADS.items() if any(p in task_type for p in parts.split())), ())
    if lead and draw.random() < 0.5:
        chosen = draw.choice(lead)
        core = chosen + (core if chosen.endswith(". ") or not core[0].isalpha() else core[0].lower() + core[1:])
    return {
        "evidence": [text.verbatim(s) for s in solution.evidence[:3]],
        "instruction": core,
        "options": draft.options,
        "key": solution.key or ([" ".join(solution.evidence[:2])] if template.form == "text" else []),
        "answerable": True,
        "difficulty": "hard" if template.hard else "medium",
    }


def hidden(item: dict[str, Any], form: str) -> bool:
    """Whether the instruction gives its own key away."""
    return form in _HIDDEN_KEYS and any(len(k) > 2 and k.lower() in item["instruction"].lower() for k in item["key"])


def _without_answer(item: dict[str, Any], text: Passage, draw: Random) -> dict[str, Any]:
    # A detail that the passage does not have, about one of its subjects.
    found = recognise(item["instruction"])
    topic = draw.choice(text.topics[:5]) if text.topics else ""
    if not found or not topic or found[0].form not in ("span", "number"):
        return item
    said = draw.choice(
        ("The first book on {} came out in ____ and is lost.", "A prize of ____ was once offered for a study of {}.")
    )
    cloze = next(k for k in _BY_FORM[found[0].form] if "{sentence}" in k.wording.templates[0])
    core = cloze.wording.say(draw, sentence=said.format(topic))
    return {**item, "instruction": core, "key": [], "evidence": [], "answerable": False}
