"""What a walk leaves out, and says that it does: run directories, installed and built files, what .gitignore files name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.documents.discover import discover

OWN, IGNORED = "own_output", "ignored"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with installed, built, generated and ignored files, two run directories among them."""
    files = """own.py docs/guide.md docs/draft/old.md docs/draft/keep.md notes.tmp node_modules/lib/readme.md
        lib/node_modules/x.js env/pyvenv.cfg env/lib/site.py dist/bundle.js build/lib/own.py
        out/README.md out/manifest.json out/steps/documents/a.json out/dataset/fermi/part-00000.parquet
        killed/steps/documents/b.json killed/.lock sub/report.txt sub/secret.txt .git/HEAD"""
    for name in files.split():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    (tmp_path / "project" / ".gitignore").write_text("*.tmp\ndocs/draft/*\n!docs/draft/keep.md\n")
    (tmp_path / "project" / "sub" / ".gitignore").write_text("secret.txt\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "project"


def seen(*uris: str, **options: object) -> tuple[set[str], dict[str, str]]:
    """The files to be read, and what is left out with its reason."""
    found = discover(uris, **options)  # type: ignore[arg-type]
    return {f.uri for f in found if not f.problem}, {f.uri: f.problem[0] for f in found if f.problem}


def test_a_folder_is_read_without_what_nobody_wrote_for_readers(project: Path) -> None:
    read, left = seen("project")
    assert read == {f"project/{name}" for name in ("own.py", "docs/guide.md", "docs/draft/keep.md", "sub/report.txt")}
    ignored = [
        "node_modules",
        "lib/node_modules",
        "env",
        "dist",
        "build",
        "notes.tmp",
        "docs/draft/old.md",
        "sub/secret.txt",
    ]
    assert left == {
        **{f"project/{name}": IGNORED for name in ignored},
        "project/out": OWN,
        "project/killed": OWN,
    }


def test_each_reason_names_its_remedy(project: Path) -> None:
    problems = {f.uri: f.problem for f in discover(["project"]) if f.problem}
    assert problems["project/dist"] == (
        IGNORED,
        "a folder of installed or built files, left out; --set read_ignored=true reads it",
    )
    assert problems["project/notes.tmp"] == (
        IGNORED,
        "named by a .gitignore, left out; --set read_ignored=true reads it",
    )
    assert problems["project/out"] == (OWN, "a run directory: what runs write is never a document")


def test_a_setting_reads_them_all_but_never_what_runs_wrote(project: Path) -> None:
    read, left = seen("project", read_ignored=True)
    assert {"project/notes.tmp", "project/dist/bundle.js", "project/node_modules/lib/readme.md"} <= read
    assert left == {"project/out": OWN, "project/killed": OWN}


def test_the_output_is_left_out_before_it_holds_anything(project: Path) -> None:
    (project / "new").mkdir()
    (project / "new" / "half.md").write_text("text")
    assert "project/new/half.md" in seen("project")[0]
    read, left = seen("project", output=str(project / "new"))
    assert "project/new/half.md" not in read and left["project/new"] == OWN


def test_what_is_named_is_read_and_rules_above_it_hold(project: Path) -> None:
    assert seen("project/notes.tmp")[0] == {"project/notes.tmp"}
    assert seen("project/dist")[0] == {"project/dist/bundle.js"}
    read, left = seen("project/docs")
    assert read == {"project/docs/guide.md", "project/docs/draft/keep.md"}
    assert left == {"project/docs/draft/old.md": IGNORED}


def test_a_pattern_enters_no_such_folder_and_says_so(project: Path) -> None:
    read, left = seen("project/**/*.md")
    assert {name.rsplit("/", 1)[-1] for name in read} == {"guide.md", "keep.md", "old.md"}
    assert {name.rsplit("/", 1)[-1]: why for name, why in left.items()} == {
        **dict.fromkeys(["node_modules", "env", "dist", "build"], IGNORED),
        "out": OWN,
        "killed": OWN,
    }
