"""The automations of `deployments/automations`, as `agentinstruct alerts` sets them; without a server."""

from __future__ import annotations

import pytest
import yaml
from prefect.events.schemas.automations import AutomationCore

from flows.cli.alerts import FOLDER, VARIABLE, alerts, amended
from flows.telling.events import COSTS, FINISHED, YIELDS

BLOCK = "11111111-2222-3333-4444-555555555555"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_is_an_automation_that_takes_block_and_amounts(file: object) -> None:
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    AutomationCore.model_validate(raw)
    made = amended(raw, BLOCK, cost_above=COSTS[-1], yield_below=YIELDS[0])
    assert [action["block_document_id"] for action in made["actions"]] == [BLOCK]
    assert AutomationCore.model_validate(made).name.startswith("agentinstruct - ")
    match = made["trigger"].get("match", {})
    assert match.keys() <= {f"agentinstruct.cost.above.{COSTS[-1]}", f"agentinstruct.yield.below.{YIELDS[0]}"}
    assert bool(match) == (made["trigger"]["expect"] == [FINISHED])


def test_what_can_be_matched_is_what_the_files_match() -> None:
    labels = [*(f"agentinstruct.cost.above.{n}" for n in COSTS), *(f"agentinstruct.yield.below.{n}" for n in YIELDS)]
    found = [yaml.safe_load(file.read_text(encoding="utf-8"))["trigger"].get("match", {}) for file in FILES]
    assert len(found) == 3 and {label for match in found for label in match} <= set(labels)


@pytest.mark.parametrize(
    ("options", "address", "said"),
    [
        ({"cost_above": 3}, "http://x", "--cost-above must be one of 1, 2, 5, 10"),
        ({"yield_below": 15}, "http://x", "--yield-below must be one of 1, 2, 5, 10, 20"),
        ({}, "", f"set {VARIABLE} to the address to call"),
        ({}, "sk-no-address", f"set {VARIABLE} to the address to call"),
        ({}, "http://127.0.0.1:9/hook", "no Prefect server answers: start `agentinstruct serve`"),
    ],
)
def test_wrong_usage_is_one_sentence(
    options: dict[str, int], address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, address)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(ValueError, match=said.replace("|", r"\|")) as caught:
        alerts(**options)
    assert "sk-no-address" not in str(caught.value)
