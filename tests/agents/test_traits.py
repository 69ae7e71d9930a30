"""What a passage or a site has, so that no task is drawn that it cannot carry."""

from __future__ import annotations

import json
from typing import Any

import pytest

import prompts
from tasks.agents.traits import TRAITS, has
from tasks.kinds import kinds
from tasks.kinds.fit import load_skill, misfits
from tasks.records import Record, Source

TABLE = "Stock of the depot\n\n| part | pieces |\n|---|---|\n| bolt | 40 |\n| nut | 61 |\n| hinge | 7 |"


def record(passage: str) -> Record:
    return Record(source=Source(id="s", uri="u", kind="text"), passage=passage)


@pytest.mark.parametrize(
    ("name", "passage", "there"),
    [
        ("dates", "The kiln was lit on 3 May and went out on 9 June.", True),
        ("dates", "It opened in 1887; the roof fell in 1902.", True),
        ("dates", "Begun 2031-04-02, paid 12.05.2031.", True),
        ("dates", "In April the weir is raised, in October it is lowered.", True),
        ("dates", "Lots of 1,900 boxes and 20 % of 1887.5 kg were sold.", False),
        ("dates", "Bring warm shoes. The clock starts at 14 euros a kilogram.", False),
        ("dates", "It was built in 1887 and never changed.", False),
        ("figures", "Twelve boats carry 340 crates.", True),
        ("figures", "The boats carry crates of all kinds.", False),
        ("table", TABLE, True),
        ("table", "part,pieces\nbolt,40\nnut,61\nhinge,7", True),
        ("table", "Part: bolt\nPieces: 40\nPlace: depot", False),
        ("table", "The depot holds 40 bolts, 61 nuts and 7 hinges.", False),
    ],
)
def test_what_a_text_has(name: str, passage: str, there: bool) -> None:
    assert TRAITS[name](record(passage)) is there


def site(**view: Any) -> Record:
    views = [
        {"id": "home", "title": "Home", "text": ["All about the berths and the fees."], "links": [], **view},
        {"id": "list", "title": "Berths", "entries": [{"id": "b1", "title": "North"}, {"id": "b2", "title": "South"}]},
    ]
    return record(json.dumps({"name": "Harbour", "start": "home", "views": views}))


FORM = {
    "fields": [{"id": "day", "label": "Day", "kind": "date", "minimum": "2031-01-01"}],
    "submit": "Send",
    "done": "Sent.",
}
TO_LIST = {"id": "to_list", "label": "Berths", "to": "list"}


@pytest.mark.parametrize(
    ("view", "there", "lacking"),
    [
        (
            {"links": [TO_LIST]},
            set(),
            {"form", "ending", "search", "sorts", "filters", "pages", "basket", "limits", "date_field"},
        ),
        ({"links": [TO_LIST], **FORM}, {"form", "date_field", "limits"}, {"steps", "ending", "basket"}),
        ({"links": [TO_LIST], **FORM, "then": "list"}, {"steps"}, {"ending"}),
        ({"links": [{**TO_LIST, "label": "Cancel a berth"}]}, {"ending"}, {"form"}),
        ({"links": [TO_LIST], **FORM, "submit": "End the contract"}, {"ending"}, {"search"}),
        ({"links": [TO_LIST], "text": ["Alles \u00fcber Liegepl\u00e4tze."]}, {"ending"}, {"form"}),
        ({"links": [TO_LIST], "basket_of": "list"}, {"basket"}, {"unavailable"}),
    ],
)
def test_what_a_site_has(view: dict[str, Any], there: set[str], lacking: set[str]) -> None:
    own = kinds()["web"].traits
    found = {name for name, trait in own.items() if trait(site(**view))}
    assert there <= found and not lacking & found
    assert has(site(**view), tuple(there), own) and not any(has(site(**view), (name,), own) for name in lacking)


def test_an_unknown_trait_is_told() -> None:
    skill = load_skill("text_extraction")
    wrong = skill.task_types[0].model_copy(update={"has": ("dates", "colours")})
    (told,) = misfits(skill.model_copy(update={"task_types": (wrong, *skill.task_types[1:])}))
    assert "colours" in told and "figures" in told


def test_a_skill_keeps_types_for_a_passage_without_any_trait() -> None:
    for name in prompts.names():
        skill = prompts.load(name)
        assert sum(not task_type.has for task_type in skill.task_types) >= 3, name
        assert any(not transformation.without for transformation in skill.transformations), name
