"""`agentinstruct alerts`: the automations of `deployments/automations` in a Prefect server, calling a webhook of yours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

FOLDER = Path(__file__).parents[2] / "deployments" / "automations"
VARIABLE = "AGENTINSTRUCT_WEBHOOK"
BLOCK = "agentinstruct-alerts"
_COST, _YIELD = "agentinstruct.cost.above.", "agentinstruct.yield.below."


def alerts(
    *,
    cost_above: Annotated[int, Parameter(help="US dollars that an attempt may cost: 1, 2, 5, 10, 20, 50 … 1000.")] = 10,
    yield_below: Annotated[
        int, Parameter(help="Percent of the rows asked for that have to come out: 1, 2, 5, 10, 20, 30 … 90.")
    ] = 20,
) -> None:
    """Have a web address called when a run fails, costs much or brings few rows; AGENTINSTRUCT_WEBHOOK holds the address.

    The automations are made in the Prefect server that PREFECT_API_URL names; called again it changes them.
    """
    import yaml

    from flows.server.prefect_server import answers
    from flows.telling.events import COSTS, YIELDS

    for option, value, known in (("cost-above", cost_above, COSTS), ("yield-below", yield_below, YIELDS)):
        if value not in known:
            raise ValueError(f"--{option} must be one of {', '.join(map(str, known))}, saw {value}")
    url = os.environ.get(VARIABLE, "").strip()
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"set {VARIABLE} to the address to call, beginning with http:// or https://")
    if not (api := os.environ.get("PREFECT_API_URL")) or not answers(api):
        raise ValueError(
            "no Prefect server answers: start `agentinstruct serve` and set PREFECT_API_URL to its address"
        )
    block = _block(url)
    for file in sorted(FOLDER.glob("*.yaml")):
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
        print(_made(amended(raw, block, cost_above, yield_below)))


def amended(raw: dict[str, Any], block: str, cost_above: int, yield_below: int) -> dict[str, Any]:
    """The automation of a file with the block that it calls and the amounts that it watches."""
    match = raw["trigger"].get("match", {})
    for prefix, amount in ((_COST, cost_above), (_YIELD, yield_below)):
        match = {f"{prefix}{amount}" if label.startswith(prefix) else label: said for label, said in match.items()}
    trigger = {**raw["trigger"], **({"match": match} if match else {})}
    return {**raw, "trigger": trigger, "actions": [{**action, "block_document_id": block} for action in raw["actions"]]}


def _block(url: str) -> str:
    """The id of the Webhook block that holds the address, made or changed."""
    from prefect.blocks.webhook import Webhook

    block = Webhook(url=url, headers={"Content-Type": "application/json"})
    return str(block.save(BLOCK, overwrite=True))


def _made(raw: dict[str, Any]) -> str:
    """Create the automation, or change the one of its name; what was done."""
    from prefect.client.orchestration import get_client
    from prefect.events.schemas.automations import AutomationCore

    automation = AutomationCore.model_validate(raw)
    with get_client(sync_client=True) as client:
        for known in client.read_automations_by_name(automation.name):
            client.update_automation(known.id, automation)
            return f"changed: {automation.name}"
        client.create_automation(automation)
    return f"created: {automation.name}"
