"""How the endpoint is reached and asked."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from pydantic import Field, field_validator

from tasks.settings.fields import DAY, Group, Text, Variable


class Endpoint(Group):
    """How the endpoint is reached and how long it is waited for; keys stay in the environment."""

    api_key_variable: Variable = Field(
        default="OPENAI_API_KEY", description="Environment variable that holds the endpoint's key."
    )
    structured_output: Literal["auto", "json_schema", "json_object", "prompt"] = Field(
        default="auto",
        description="How the schema reaches the endpoint; auto starts with json_schema and steps down when it is refused.",
    )
    tool_protocol: Literal["auto", "native", "text"] = Field(
        default="auto",
        description="How tools reach the model; auto starts with the endpoint's own and falls back to a protocol in plain text.",
    )
    judge_key_variable: Variable = Field(
        default="", description="Environment variable that holds the key of the judge's endpoint; empty: the teacher's."
    )
    student_key_variable: Variable = Field(
        default="",
        description="Environment variable that holds the key of the student's endpoint; empty: the teacher's.",
    )
    web_search_key_variable: Variable = Field(
        default="BRAVE_API_KEY", description="Environment variable that holds the web search's key."
    )
    request_seconds: float = Field(default=180, gt=0, le=DAY, description="Time limit of one request.")
    patience_seconds: float = Field(
        default=900,
        ge=0,
        le=7 * DAY,
        description="How long one call is tried again while the endpoint fails; 30 at most where nobody has answered yet.",
    )
    attempts: int = Field(
        default=3,
        ge=1,
        le=10,
        description="Answers asked for before an unusable one (cut off, empty, not in the schema) rejects the record.",
    )
    price_table: Text = Field(
        default="", description="A YAML file of prices per million tokens instead of the built-in one."
    )
    request_extra: Text = Field(
        default="",
        description='Further parameters of every request, as a JSON object: for example {"reasoning_effort": "low"}.',
    )
    request_headers: Text = Field(
        default="",
        description='Further headers of every request, as a JSON object of texts: for example {"X-Title": "docs"}; a value '
        "$NAME is taken from the environment variable NAME, and a header that carries a secret takes no other.",
    )

    @field_validator("request_extra")
    @classmethod
    def _extra_is_an_object(cls, text: str) -> str:
        if text and not isinstance(_json(text), dict):
            raise ValueError("expected a JSON object")
        return text

    @field_validator("request_headers")
    @classmethod
    def _headers_hold_no_secret(cls, text: str) -> str:
        headers = _json(text) if text else {}
        if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
            raise ValueError("expected a JSON object of texts")
        if bare := sorted(name for name in headers if _SECRET.search(name) and not headers[name].startswith("$")):
            raise ValueError(
                f"{', '.join(bare)} carries a secret: name the environment variable that holds it, as $NAME"
            )
        return text

    @property
    def headers(self) -> dict[str, str]:
        """The further headers of every request; values that begin with `$` name an environment variable."""
        return json_object(self.request_headers)


_SECRET = re.compile(r"auth|key|token|cookie|secret|password", re.I)


def json_object(text: str) -> dict[str, Any]:
    """The JSON object that a setting holds; empty for an empty text."""
    found: dict[str, Any] = _json(text) or {}
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
