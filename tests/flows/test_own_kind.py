"""A kind of task and an endpoint that a package of somebody else's brings: installed, found, run, and refused where broken."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from unittest.mock import patch

import pytest

from simulator import simulator
from tasks.agents.kind import Kind
from tasks.checks.check import Check
from tasks.kinds import GROUP, kinds, part_of
from tasks.publish.run_directory import results
from tasks.records import Record
from tasks.records.packages import PackageError
from tasks.teacher.contract import Contract, drafts_of
from tests.running import PATIENCE, ROOT, Ended, Home, Result, shared_prefect

EXAMPLE = ROOT / "examples" / "own_kind"
SKILLS = EXAMPLE / "skills"
DOCUMENTS = {
    "mole": "The harbour of Lindvik has works that a visitor should know. A mole is a wall of stone that keeps the waves "
    "out of a basin. The mole is lit by a lamp at its outer end. It was finished in the autumn of 1874, when forty men had "
    "worked on it for two winters. Nobody has drawn the plan of it since the old office burned down.",
    "gauge": "Two instruments stand in the small hut beside the slip. A tide gauge is an instrument that writes down the "
    "height of the water. The tide gauge has a paper drum that turns once a week. The second one counts rain and is read by "
    "hand each morning by the keeper, who writes the figure into a blue book.",
    "master": "The parish keeps two paid offices by the water. A harbour master is the officer who looks after a harbour. "
    "The office was made in 1901 and has never stood empty since. Letters go to the red house at the corner, where the "
    "clerk opens them every morning at eight and sorts them before noon.",
}


@dataclass(frozen=True)
class Ran:
    """The commands that the tests look at, with the package installed."""

    home: Home
    ended: dict[str, Ended]

    def result(self, run: str) -> Result:
        return Result(self.home.folder / run, "glossary")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("own")
    install = ("pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index", "--target")
    subprocess.run([sys.executable, "-m", *install, folder / "target", EXAMPLE], check=True, timeout=100 * PATIENCE)
    (folder / "documents").mkdir()
    for name, text in DOCUMENTS.items():
        (folder / "documents" / f"{name}.txt").write_text(text)
    path = os.pathsep.join([str(ROOT), str(folder / "target")])
    home = Home(folder, shared_prefect().url, {"PYTHONPATH": path, "GLOSSARY_JOURNAL": str(folder / "journal.jsonl")})
    generate = ("generate", "documents", "--skill", "glossary", "--prompts", SKILLS, "--output")
    with patch.dict(os.environ, {"PYTHONPATH": path}), simulator(defects="misnamed=always") as server:
        started = {
            "offline": home.start(*generate, "offline"),
            "journal": home.start(*generate, "journal", "--teacher", "journal:m", "--base-url", server.base_url),
            "check": home.start("check-skills", SKILLS),
            "skills": home.start("skills", "--prompts", SKILLS),
        }
        yield Ran(home, {name: run.ended() for name, run in started.items()})


@pytest.mark.services
def test_the_skill_of_the_new_kind_is_sound_and_listed(ran: Ran) -> None:
    assert (ran.ended["check"].out, ran.ended["check"].code) == ("1 skill, no problem\n", 0)
    assert "glossary  1 task types, 1 goals" in ran.ended["skills"].out


@pytest.mark.services
def test_rows_pass_the_kinds_own_checks_and_one_is_rejected_by_them(ran: Ran) -> None:
    assert ran.ended["offline"].code == 0, ran.ended["offline"].err
    rows = ran.result("offline").rows()
    assert sorted(row["key"] for row in rows) == [["mole"], ["tide gauge"]]
    for row in rows:
        assert "Definition: " in row["messages"][-2]["content"]
        assert {results(row)[name] for name in ("circular", "term_named", "judge")} == {"pass"}
        assert row["quality"]["for_training"] is False
    # Of each term two rows ask much the same: the edit is kept, and what it was made of gives way.
    assert sorted((reject["step"], reject["reason"]) for reject in ran.result("offline").rejects()) == [
        ("instruct", "circular"),
        ("publish", "superseded"),
        ("publish", "superseded"),
    ]


@pytest.mark.services
def test_the_endpoint_of_the_package_answers_and_a_defect_of_its_kind_is_found(ran: Ran) -> None:
    """The simulator takes a tide gauge for every term; the check says that it compares with the key, which is so blamed."""
    assert ran.ended["journal"].code == 0, ran.ended["journal"].err
    result = ran.result("journal")
    assert [row["key"] for row in result.rows()] == [["tide gauge"]]
    assert sorted(reject["reason"] for reject in result.rejects()) == [
        "bad_key",
        "bad_key",
        "circular",
        "superseded",
    ]
    assert result.manifest["teacher"]["model"] == "m"
    assert result.manifest["teacher"]["endpoint"].startswith("journal of http://127.0.0.1:")
    written = [json.loads(line) for line in (ran.home.folder / "journal.jsonl").read_text().splitlines()]
    assert len(written) == result.manifest["calls"]["made"] > 0
    assert all(entry["reply"]["choices"] and entry["request"]["messages"] for entry in written)


@pytest.mark.services
def test_a_skill_whose_kind_nobody_brings_is_told(tmp_path: Path) -> None:
    ended = Home(tmp_path).start("check-skills", SKILLS).ended()
    assert ended.code == 2
    told = " ".join(ended.out.split())
    assert f"{SKILLS}/glossary/skill.yaml: kind: unknown glossary; known: calculation, choice," in told
    assert "choose one, or install the package that brings it" in told


@pytest.mark.services
def test_a_broken_package_is_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "target" / "broken-1.dist-info"
    broken.mkdir(parents=True)
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (broken / "entry_points.txt").write_text(f"[{GROUP}]\nopera = json:dumps\n")
    home = Home(tmp_path, variables={"PYTHONPATH": os.pathsep.join([str(ROOT), str(broken.parent)])})
    ended = home.start("check-skills").ended()
    assert ended.code == 2 and "Traceback" not in ended.err
    said = f"opera = json:dumps (entry point {GROUP} of broken) is a function and no Kind; let it name a module's KIND"
    assert " ".join(ended.err.split()) == f"error: {said}"


class Nothing(Contract):
    """What the author of no task returns."""


STRANGER = Kind(name="stranger", drafts=drafts_of(Nothing, "Nothings"), offline="json:dumps")


def evidence(record: Record) -> None:
    """A check of a name that one of ours has."""


RIVAL = Kind(name="rival", drafts=drafts_of(Nothing, "Nothings"), checks=(Check(evidence),))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            "tasks.kinds.question:KIND",
            r"there is a kind 'question' already; give it another name \(taken: calculation, ",
        ),
        (f"{__name__}:RIVAL", "there are checks called evidence already; rename its own"),
        ("no_such_module:KIND", "cannot be loaded: ModuleNotFoundError: .*; mend the package that brings it"),
        (f"{__name__}:ABSENT", "cannot be loaded: AttributeError: "),
    ],
)
def test_a_kind_that_cannot_be_used_is_told(value: str, said: str) -> None:
    entry = EntryPoint("theirs", value, GROUP)
    told = rf"theirs = {value} \(entry point {GROUP}\).* ?{said}"
    with patch("tasks.kinds.brought", lambda group: [entry]), pytest.raises(PackageError, match=told):
        kinds.__wrapped__()


def test_a_kind_of_a_package_stands_beside_ours() -> None:
    with patch("tasks.kinds.brought", lambda group: [EntryPoint("theirs", f"{__name__}:STRANGER", group)]):
        assert kinds.__wrapped__() == {**kinds(), "stranger": STRANGER}


def test_a_reference_to_something_else_is_told() -> None:
    said = "kind stranger: offline = json:dumps is a function; let it name a dict as module:name"
    with pytest.raises(PackageError, match=said):
        part_of(STRANGER, "offline", dict)
    assert part_of(STRANGER, "defects", dict) is None


def test_the_examples_readme_counts_right() -> None:
    def lines(*paths: Path) -> int:
        return sum(len(path.read_text().splitlines()) for path in paths)

    endpoint = EXAMPLE / "glossary_kind" / "journal.py"
    others = [
        p
        for p in EXAMPLE.rglob("*")
        if p.suffix in (".py", ".yaml", ".md") and p.name not in ("README.md", "__init__.py")
    ]
    kind = [path for path in (*others, EXAMPLE / "pyproject.toml") if path != endpoint]
    own = lines(EXAMPLE / "glossary_kind" / "kind.py")
    told = re.search(r"The kind with its skill is .*", (EXAMPLE / "README.md").read_text())
    assert told and told[0] == (
        f"The kind with its skill is {len(kind)} files and {lines(*kind)} lines, {own} of them in `kind.py`; "
        f"the endpoint is 1 file and {lines(endpoint)} lines."
    )
