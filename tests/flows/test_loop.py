"""The whole loop: examine a student, and make more of what it lacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from simulator import simulator
from tasks.publish.publish import Parts
from tasks.publish.rows import dataset_columns
from tasks.records import Json
from tasks.records.store import Store
from tests.curation.rows import row
from tests.running import ROOT, Home, Result, shared_prefect

pytestmark = pytest.mark.services
SKILLS = ("fermi", "multiple_choice", "reading_comprehension", "text_extraction")
WEAK = "fermi"
ROWS = 12


def write_bench(folder: Path) -> None:
    store = Store(str(folder))
    for skill in SKILLS:
        with Parts(store, f"bench/{skill}", dataset_columns()) as parts:
            for number in range(ROWS):
                asked = f"[{skill}] Which wood is beam {number} made of?"
                facts: Json = {"answer_form": "option", "options": ["oak", "elm", "ash"], "key": ["B"], "skill": skill}
                parts.add(row(asked, "Answer: B", document=f"d{number}", **facts))
    store.write_json("manifest.json", {"curated": True, "skills": {name: {} for name in SKILLS}, "against": []})


def test_what_a_student_lacks_is_what_is_made_next(tmp_path: Path) -> None:
    write_bench(tmp_path / "data")
    home = Home(tmp_path, api=shared_prefect().url)
    with simulator(teacher="tests.evaluation.scripted_students:reply") as server:
        student, base = (f"lacks-{what}@{server.base_url}" for what in (WEAK, "all"))
        command = ("evaluate", student, "--bench", "data", "--compare", base, "--output", "examined")
        ended = home.start(*command).ended()
        assert ended.code == 0, ended.err
        assert f"lacks-{WEAK} is weakest in {WEAK} (0.00 of 10 over {ROWS}" in ended.out
        assert "--mix-from examined/mix.yaml" in ended.out
    told = json.loads((tmp_path / "examined" / "results.json").read_text())["weakness"]
    assert told[f"lacks-{WEAK}"]["weakest"]["skills"] == [WEAK] and list(told) == [f"lacks-{WEAK}"]
    text = (tmp_path / "examined" / "mix.yaml").read_text()
    mix = yaml.safe_load(text)
    assert max(mix["skills"], key=mix["skills"].get) == WEAK and mix["difficulty"][WEAK] == "easier"
    assert text.startswith(f"# What lacks-{WEAK} needs more of") and "beside those of lacks-all, the base" in text

    documents = str(ROOT / "examples" / "documents")
    options = (
        "--skill",
        "all",
        "--mix-from",
        "examined/mix.yaml",
        "--output",
        "out",
        "--set",
        "refinement_rounds=0",
        "--limit",
        "9",
    )
    ended = home.start("generate", documents, *options).ended()
    assert ended.code == 0, ended.err
    assert f"Mix: {WEAK} {mix['skills'][WEAK]:g}, " in ended.err
    skills = Result(tmp_path / "out").manifest["skills"]
    passages = {name: facts["passages"] for name, facts in skills.items()}
    assert passages.keys() == set(SKILLS) and passages[WEAK] > max(n for name, n in passages.items() if name != WEAK)
