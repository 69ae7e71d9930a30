"""The form of `publish` as it is served: what it refuses, what a run says that cannot be had, and what comes of one."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest

from tests.publish.release.dataset import write_dataset
from tests.serving import Serving, serving

pytestmark = pytest.mark.services

KEY = "hf_" + "canary4f9aQ81xWm27" * 2


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("publish")
    write_dataset(folder / "data")
    found = serving(folder, PREFECT_RUNNER_POLL_FREQUENCY="1")
    with found.started():
        yield found


@pytest.mark.parametrize(
    "changes",
    [{"formats": ["nope"]}, {"formats": []}, {"data": ""}, {"test_share": 2}, {"push": KEY}, {"token": KEY}],
)
def test_what_the_form_refuses_leaves_nothing(served: Serving, changes: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        served.run({"data": "data", **changes}, "publish")
    assert 400 <= caught.value.code < 500


def test_a_dataset_is_published_from_its_form(served: Serving) -> None:
    run = served.run({"data": "data", "formats": ["hf", "openai"]}, "publish")
    ended = served.ended(run, seconds=200)
    assert ended["state_type"] == "COMPLETED", ended["state"]
    assert ended["state"]["message"] == "168 rows in hf, openai" and ended["name"] == "data to published"
    assert (served.folder / "data/published/openai/train.jsonl").read_text().count("\n") == 48


def test_what_cannot_be_had_is_one_sentence_in_the_form_s_words(served: Serving) -> None:
    told = {
        "absent holds nothing that was finished, it has no manifest": {"data": "absent"},
        "Model ./no/such/model: there is no such folder or file": {"data": "data", "model": "./no/such/model"},
        "there is no token for the hub: set HF_TOKEN": {"data": "data", "push": "me/rows"},
    }
    for said, parameters in told.items():
        ended = served.ended(served.run(parameters, "publish"), seconds=200)
        assert ended["state_type"] == "FAILED" and said in ended["state"]["message"], ended["state"]
        assert "\n" not in ended["state"]["message"] and "--" not in ended["state"]["message"]
