"""Pushing to a hub on this machine: private unless told otherwise, what is stale goes, refusals are sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.constants
import pytest

from tasks.publish.release.hub import check, planned, push, repositories
from tasks.publish.release.origin import ReleaseError
from tasks.publish.release.release import Wanted
from tasks.records import Json
from tasks.records.store import Store
from tests.publish.release.dataset import release, write_dataset
from tests.publish.release.hub_server import TOKEN, Hub, hub


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Json:
    folder = tmp_path_factory.mktemp("data")
    write_dataset(folder)
    return release(Wanted(directory=str(folder)))["hf"]


@pytest.fixture
def output(told: Json) -> Store:
    return Store(str(Path(told["folder"]).parent))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with hub() as made:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", made.url)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield made


def test_a_release_is_pushed_in_one_commit_and_private(server: Hub, told: Json, output: Store) -> None:
    address = push(output, told, "me/rows", public=False)
    assert address == f"{server.url}/datasets/me/rows"
    repository = server.repositories["me/rows"]
    assert repository["private"] and sorted(repository["files"]) == told["files"]
    assert repository["files"]["README.md"] == output.read("hf/README.md")
    assert server.messages == ["108 rows in 4 configurations"] and server.tokens <= {
        "",
        TOKEN,
    }  # a card is looked at without one


def test_what_an_earlier_release_left_goes_and_what_is_no_part_of_one_stays(
    server: Hub, told: Json, output: Store
) -> None:
    files = {"data/default/train-00007.parquet": b"", "train.jsonl": b"", "picture.png": b"", "README.md": b""}
    server.repositories["me/rows"] = {"private": True, "files": files}
    push(output, told, "me/rows", public=False)
    assert sorted(files) == sorted([*told["files"], "picture.png"])


def test_a_public_repository_is_asked_for(server: Hub, told: Json, output: Store) -> None:
    server.repositories["me/seen"] = {"private": False, "files": {}}
    with pytest.raises(ReleaseError, match="me/seen is there and everybody can read it: add --public"):
        push(output, told, "me/seen", public=False)
    assert server.repositories["me/seen"]["files"] == {}
    push(output, told, "me/seen", public=True)
    push(output, told, "me/new", public=True)
    assert server.repositories["me/seen"]["files"] and not server.repositories["me/new"]["private"]


def test_a_refused_token_is_a_sentence(server: Hub, told: Json, output: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(ReleaseError, match=r"the hub refused me/rows \(HTTP 401\): set HF_TOKEN") as caught:
        push(output, told, "me/rows", public=False)
    assert "hf_wrong" not in str(caught.value)


def test_a_hub_that_is_not_there_is_a_sentence(told: Json, output: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with pytest.raises(ReleaseError, match=r"the hub cannot be reached .* the same command again pushes it"):
        push(output, told, "me/rows", public=False)


def test_what_cannot_be_pushed_is_told_before_anything_is_made(
    output: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    with pytest.raises(ReleaseError, match="there is no token for the hub: set HF_TOKEN"):
        check(output, dry_run=False)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with pytest.raises(ReleaseError, match="reads a local folder"):
        check(Store("memory://x"), dry_run=False)
    check(output, dry_run=False)
    check(Store("memory://x"), dry_run=True)


def test_a_dry_run_lists_files(told: Json, output: Store) -> None:
    listed = planned(output, told)
    assert [file["path"] for file in listed] == told["files"] and all(file["bytes"] > 0 for file in listed)


def test_each_format_has_a_repository() -> None:
    assert repositories("me/rows", ("hf", "trl")) == {"hf": "me/rows", "trl": "me/rows-trl"}
    assert repositories("", ("hf",)) == {}


def test_no_token_is_in_any_file(server: Hub, told: Json, output: Store) -> None:
    push(output, told, "me/rows", public=False)
    files = [path for path in Path(output.root).rglob("*") if path.is_file()]
    assert files and not any(TOKEN.encode() in path.read_bytes() for path in files)
