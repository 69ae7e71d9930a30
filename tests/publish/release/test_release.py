"""A release as a whole: what it is made of, what it refuses, what is made again and what is not, what the card says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
import pytest
import yaml

from tasks.documents.discover import discover
from tasks.publish.release import volumes
from tasks.publish.release.configs import PUBLISHED
from tasks.publish.release.making import Maker
from tasks.publish.release.origin import ReleaseError
from tasks.publish.release.places import public
from tasks.publish.release.release import Release, Wanted
from tasks.records import Json
from tasks.settings import Settings
from tests.publish.export.run_directory import TALK, WITH_TOOLS, write_run
from tests.publish.release.dataset import release, write_dataset


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_dataset(tmp_path / "data")
    return tmp_path / "data"


def published(data: Path | str, **more: Any) -> Json:
    [told] = release(Wanted(directory=str(data), **more)).values()
    return told


def card_of(told: Json) -> tuple[Json, str]:
    _, front, text = (Path(told["folder"]) / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(front), text


# What can be published


def test_a_version_of_a_factory_is_published_by_the_factory_s_name(tmp_path: Path) -> None:
    skills = {"conversation": {"split": "follow_up", "accepted": 20}}
    facts: Json = {"version": "v1", "rows": 20, "skills": skills, "left_out": {"duplicate": 3}, "skill": "all"}
    write_run(tmp_path / "versions" / "v1", said={"conversation": TALK}, **facts)
    (tmp_path / "latest.json").write_text(json.dumps({"version": "v1", "path": "versions/v1"}))
    told = published(tmp_path)
    assert told["folder"] == f"{tmp_path}/published/hf"
    assert told["configs"]["default"] == {"train": 18, "test": 2}
    text = card_of(told)[1]
    assert "10 documents of a version of a factory" in text and "| duplicate | 3 |" in text
    assert f"agentinstruct factory DOCUMENTS --skill all --teacher some-model --output {tmp_path.name}" in text


def test_a_version_that_was_curated_has_a_bench(tmp_path: Path) -> None:
    store = write_dataset(tmp_path)
    manifest = store.read_json("manifest.json")
    assert manifest
    curation = {name: manifest.pop(name) for name in ("settings", "funnel", "against")}
    del manifest["curated"], manifest["runs"]
    facts = {"version": "v1", "curation": curation, "sameness": {"alarms": ["the opening of 90% is the same"]}}
    store.write_json("manifest.json", {**manifest, **facts})
    with pytest.raises(ReleaseError) as refused:
        published(tmp_path)
    assert str(refused.value) == (
        f"the rows of {tmp_path} are too much alike to be published: the opening of 90% is the same. "
        "Make more different rows, or add --anyway"
    )
    told = published(tmp_path, anyway=True)
    assert told["configs"]["default"] == {"train": 48, "test": 12} and told["configs"]["bench"] == {"test": 12}
    text = card_of(told)[1]
    assert "| bench.jsonl | 2 |" in text and "somebody" not in text
    assert "| HumanEval | 164 |" in text and "| exact | 60 | 52 | same_messages 8 |" in text
    assert "published all the same: the opening of 90% is the same." in text and "was not curated" not in text
    assert "agentinstruct factory DOCUMENTS --teacher some-model --curate --curating against=bench.jsonl" in text


def test_one_document_makes_no_test_split(tmp_path: Path) -> None:
    write_run(tmp_path, 1)
    told = published(tmp_path)
    assert told["configs"]["default"] == {"train": 3}
    assert "No row is held out: there is one document" in card_of(told)[1]


def test_no_share_makes_no_test_split(tmp_path: Path) -> None:
    write_run(tmp_path)
    assert published(tmp_path, test_share=0.0)["configs"]["default"] == {"train": 60}


@pytest.mark.parametrize("folder", ["", "absent"])
def test_what_holds_nothing_is_told(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ReleaseError, match="holds nothing that was finished"):
        Release(Wanted(directory=str(tmp_path / folder)))
    assert not (tmp_path / "absent").exists()


def test_a_format_that_fits_no_row_is_told(tmp_path: Path) -> None:
    write_dataset(tmp_path, said={"tool_use": WITH_TOOLS})
    with pytest.raises(ReleaseError, match=r"can be published as alpaca: 20 alpaca has no place for tools and calls"):
        published(tmp_path, formats=("alpaca",))


def test_offline_rows_are_left_out_unless_asked_for(data: Path, tmp_path: Path) -> None:
    write_dataset(tmp_path / "some", offline=2)
    told = published(tmp_path / "some")
    assert told["configs"]["default"] == {"train": 42, "test": 12}
    assert told["left_out"] == {"made by the offline teacher, not for training": 15}  # 6 rows, 3 pairs, 6 reviews
    write_dataset(tmp_path / "all", offline=99, teacher={"model": "offline"})
    with pytest.raises(ReleaseError, match=r"not for training: .* --offline-rows"):
        published(tmp_path / "all")
    asked = published(tmp_path / "all", offline_rows=True)
    assert asked["configs"]["default"] == {"train": 48, "test": 12}
    assert "**60 rows are not for training**" in card_of(asked)[1]


# Files


def test_a_release_goes_to_any_fsspec_url(data: Path) -> None:
    told = published(data, output="memory://releases")
    fs = fsspec.filesystem("memory")
    assert told["folder"] == "memory://releases/hf"
    assert all(fs.exists(f"/releases/hf/{file}") for file in told["files"])


def test_the_same_rows_make_the_same_bytes(data: Path, tmp_path: Path) -> None:
    one, other = (published(data, formats=("trl",), output=str(tmp_path / name)) for name in ("one", "other"))
    assert one["files"] == other["files"]
    for file in one["files"]:
        assert (Path(one["folder"]) / file).read_bytes() == (Path(other["folder"]) / file).read_bytes()


def test_a_dataset_lies_at_any_fsspec_url() -> None:
    write_dataset("memory://curated/rows")
    told = published("memory://curated/rows", formats=("openai",))
    assert told["folder"] == "memory://curated/rows/published/openai"
    assert told["configs"] == {"default": {"train": 48, "test": 12}}


def test_a_volume_is_small(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "MOST_BYTES", 1)
    told = published(data, formats=("openai",))
    assert told["files"] == ["README.md", *(f"{s}-0000{n}.jsonl" for s in ("test", "train") for n in range(3))]
    assert told["configs"] == {"default": {"train": 48, "test": 12}}
    assert card_of(told)[0]["configs"][0]["data_files"][0] == {"split": "train", "path": "train-*.jsonl"}


def test_what_is_there_is_not_made_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(data)
    made = Counter[str]()
    make = Maker.make

    def counted(maker: Maker, volume: Any) -> Json:
        made[volume.path] += 1
        return make(maker, volume)

    monkeypatch.setattr(Maker, "make", counted)
    published(data)
    assert not made
    (data / "published/hf/data/default/test-00000.parquet").write_bytes(b"damaged")
    published(data)
    assert made == {"data/default/test-00000.parquet": 1}
    part = next((data / "dataset/coding").iterdir())
    part.write_bytes(part.read_bytes())
    published(data)
    assert made == {"data/default/test-00000.parquet": 1, "data/default/train-00000.parquet": 1}
    published(data, offline_rows=True)
    assert made.total() == 7


def test_what_an_earlier_release_left_goes(data: Path) -> None:
    before = published(data)
    (Path(before["folder"]) / "mine.txt").write_text("")
    for file in (*(data / "feedback").rglob("*.parquet"), *(data / "bench").rglob("*.parquet")):
        file.unlink()
    after = published(data)
    found = sorted(str(f.relative_to(after["folder"])) for f in Path(after["folder"]).rglob("*.parquet"))
    assert found == ["data/default/train-00000.parquet"] and (Path(after["folder"]) / "mine.txt").exists()


def test_a_release_is_no_document(data: Path) -> None:
    published(data)
    found = {found.problem and found.problem[0] for found in discover([str(data / "published")])}
    assert found == {"own_output"}


# What is told of rows


def test_paths_of_this_machine_are_not_published(data: Path) -> None:
    assert public("/home/me/docs.zip!/guide/start.md") == "docs.zip!/guide/start.md"
    assert public("file:///home/me/a.txt") == "a.txt" and public("notes/a.txt") == "notes/a.txt"
    assert public("https://me:word@example.org/a?b=c") == "https://example.org/a?b=c"
    text = (Path(published(data)["folder"]) / "README.md").read_text()
    assert "/home/somebody" not in text and str(data.parent) not in text


def test_what_was_paid_stays_with_the_run(data: Path) -> None:
    told = published(data)
    schema = pq.read_schema(Path(told["folder"]) / "data/default/train-00000.parquet")
    fields = {field.name for field in schema.field("provenance").type}
    assert "usage" not in schema.names and "lineage" not in fields and {"document", "uri", "evidence"} <= fields


# The card


def test_the_card_says_what_a_reader_asks(data: Path) -> None:
    front, text = card_of(published(data))
    assert front["license"] == "other" and front["license_name"] == "unknown"
    assert front["size_categories"] == ["n<1K"] and [c["config_name"] for c in front["configs"]] == [
        "default",
        "preferences",
        "feedback",
        "bench",
    ]
    assert "Unknown: check the sources" in text
    assert "| exact | 60 | 52 | same_messages 8 |\n| decontamination | 52 | 40 | rare_grams 12 |" in text
    assert "| HumanEval | 164 |" in text
    assert "Counted: 8 documents in train, 2 in test, 0 in both." in text
    assert "| tool_use | 1 | 16 | 4 |" in text and "20 rows have tools on offer" in text
    assert "| characters | 70 |" in text and "| not measured | 60 |" in text
    assert "agentinstruct generate DOCUMENTS --skill all --teacher some-model --seed 3 --output mine\n" in text
    assert "agentinstruct curate mine --output data --against bench.jsonl --hold-out 20 --offline-rows\n" in text


def test_a_run_s_card_says_that_it_was_not_curated(tmp_path: Path) -> None:
    write_run(tmp_path, skill="all", seed=5, settings={"language": "German", "min_words": Settings().min_words})
    text = card_of(published(tmp_path))[1]
    assert "Compared with no benchmark" in text and "It was not curated" in text
    assert "There is no bench, for this was not curated. Documents are dealt by their hash, about 5 %" in text
    assert f"--seed 5 --set language=German --output {tmp_path.name}" in text


@pytest.mark.parametrize(
    ("known", "asked", "license", "told"),
    [
        ({"cc-by-4.0": 9}, "", "cc-by-4.0", "| cc-by-4.0 | 9 |"),
        ({"cc-by-4.0": 9, "mit": 1, "unknown": 2}, "", "other", "| mit | 1 |"),
        ({"unknown": 2}, "", "other", "Unknown: check the sources"),
        ({}, "apache-2.0", "apache-2.0", "`apache-2.0`, as who published it says"),
    ],
)
def test_licences_are_those_of_the_documents(tmp_path: Path, known: Json, asked: str, license: str, told: str) -> None:
    write_dataset(tmp_path, licences=known)
    front, text = card_of(published(tmp_path, license=asked))
    assert front["license"] == license and told in text


def test_languages_are_recognised(tmp_path: Path) -> None:
    prose = (
        "Der Turm steht am Ufer des Flusses und wurde vor langer Zeit gebaut, damit die Schiffe bei Nacht den Hafen "
        "finden konnten, denn die Küste war gefährlich und viele Boote gingen verloren."
    )
    said = [{**TALK[0]}, {**TALK[1], "content": prose}]
    write_dataset(tmp_path, said={"conversation": said})
    front, text = card_of(published(tmp_path))
    assert front["language"] == ["de"] and "de 20" in text


def test_every_format_has_a_card_whose_patterns_match_its_files(data: Path) -> None:
    for told in release(Wanted(directory=str(data), formats=PUBLISHED)).values():
        front, _ = card_of(told)
        patterns = [each["path"] for config in front["configs"] for each in config["data_files"]]
        matched = {str(f.relative_to(told["folder"])) for p in patterns for f in Path(told["folder"]).glob(p)}
        assert matched == set(told["files"]) - {"README.md"}
