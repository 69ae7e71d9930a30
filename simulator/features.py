"""What the simulated endpoint does not support, and how it refuses or disregards what it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from simulator import answers
from tasks.records import Json


@dataclass(frozen=True)
class Features:
    """Every switch is off for an endpoint that supports all; each is a flag of the command line."""

    no_json_schema: bool = False
    no_json_object: bool = False
    ignore_response_format: bool = False
    no_tools: bool = False
    max_completion_tokens_only: bool = False
    no_temperature: bool = False
    think: bool = False
    fenced: bool = False
    no_batches: bool = False
    """There is no Batch API; decided at the start."""


def unsupported(features: Features, request: Json) -> Json | None:
    """The error body of a 400 if the request uses what the endpoint lacks."""
    asked = (request.get("response_format") or {}).get("type")
    if features.no_json_schema and asked == "json_schema":
        return answers.error("response_format json_schema is not supported", param="response_format")
    if features.no_json_object and asked == "json_object":
        return answers.error("response_format json_object is not supported", param="response_format")
    if features.no_tools and request.get("tools"):
        return answers.error("tools are not supported by this model", param="tools")
    if features.max_completion_tokens_only and "max_tokens" in request:
        return answers.error(
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            param="max_tokens",
            code="unsupported_parameter",
        )
    if features.no_temperature and request.get("temperature", 1) != 1:
        return answers.error(
            "Unsupported value: 'temperature' does not support this value with this model. "
            "Only the default (1) value is supported.",
            param="temperature",
            code="unsupported_value",
        )
    if request.get("stream"):
        return answers.error("stream is not supported", param="stream")
    return None


def styled(features: Features, request: Json, completion: Json) -> Json:
    """The completion in this endpoint's manners."""
    if answers.is_json(completion):
        if features.fenced:
            completion = answers.fenced(request, completion)
        elif features.ignore_response_format:
            completion = answers.prose(request, completion)
    return answers.think(request, completion) if features.think else completion
