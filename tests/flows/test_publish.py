"""`publish` as a person runs it: folders that load, a graph of cached tasks, no text in what Prefect keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.publish.export.run_directory import THINK
from tests.publish.release.dataset import write_dataset
from tests.publish.release.hub_server import TOKEN, hub
from tests.running import Home, ask_prefect, shared_prefect

pytestmark = pytest.mark.services


def states(run: str) -> dict[str, str]:
    wanted = {"flow_runs": {"name": {"any_": [run]}}, "sort": "START_TIME_DESC"}
    [latest, *_] = ask_prefect("/flow_runs/filter", wanted)
    tasks = ask_prefect("/task_runs/filter", {"task_runs": {"flow_run_id": {"any_": [latest["id"]]}}})
    return {task["name"]: task["state_name"] for task in tasks}


def test_a_dataset_is_published_and_what_is_there_stays(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data")
    home = Home(tmp_path, api=shared_prefect().url)
    first = home.start("publish", "data", "--as", "openai,trl", "--json").ended()
    assert first.code == 0, first.err
    told = json.loads(first.out)
    assert [each["configs"]["default" if each["format"] == "openai" else "sft"] for each in told["formats"]] == [
        {"train": 48, "test": 12}
    ] * 2
    run = "data to published"
    before = states(run)
    assert before.keys() >= {"figures", "card of trl", "openai/train.jsonl", "trl/data/sft/test-00000.parquet"}
    assert set(before.values()) == {"Completed"}
    (tmp_path / "data/published/openai/train.jsonl").write_text("")
    assert home.start("publish", "data", "--as", "openai,trl").ended().code == 0
    after = states(run)
    assert after["openai/train.jsonl"] == "Completed" and after["openai/test.jsonl"] == "Cached"
    assert after["trl/data/sft/train-00000.parquet"] == "Cached"
    kept = [path for path in (home.path / "prefect").rglob("*") if path.is_file()]
    assert kept and not any(THINK.encode() in path.read_bytes() for path in [*kept, shared_prefect().database])


def test_a_release_is_pushed_and_its_token_kept_nowhere(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data")
    with hub() as server:
        home = Home(tmp_path, api=shared_prefect().url, variables={"HF_ENDPOINT": server.url, "HF_TOKEN": TOKEN})
        wanted = ("publish", "data", "--as", "openai,sharegpt", "--push", "me/rows")
        dry = home.start(*wanted, "--dry-run").ended()
        assert dry.code == 0 and "would push to me/rows-sharegpt: train.jsonl" in dry.out and not server.repositories
        ended = home.start(*wanted).ended()
        assert ended.code == 0 and f"pushed: {server.url}/datasets/me/rows-sharegpt" in ended.out, ended.err
        pushed = {name: sorted(each["files"]) for name, each in server.repositories.items()}
    files = ["README.md", "test.jsonl", "train.jsonl"]
    assert pushed == {"me/rows": files, "me/rows-sharegpt": files}
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in path.read_bytes() for path in [*kept, shared_prefect().database])


def test_what_cannot_be_had_is_a_sentence(tmp_path: Path) -> None:
    home = Home(tmp_path, api=shared_prefect().url)
    ended = home.start("publish", "absent").ended()
    assert ended.code == 2 and ended.err.startswith("error: absent holds nothing that was finished")
    assert not (tmp_path / "absent").exists()


def test_other_processes_write_the_same(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data")
    home = Home(tmp_path, api=shared_prefect().url)
    for output, more in (("here", ()), ("there", ("--runner", "processes", "--workers", "2"))):
        ended = home.start("publish", "data", "--as", "hf,trl", "--output", output, *more).ended()
        assert ended.code == 0, ended.err
    here, there = (
        {f.relative_to(tmp_path / name) for f in (tmp_path / name).rglob("*.parquet")} for name in ("here", "there")
    )
    assert here == there and len(here) > 8
    assert all((tmp_path / "here" / file).read_bytes() == (tmp_path / "there" / file).read_bytes() for file in here)
