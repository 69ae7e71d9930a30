"""What agents may use while they answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.settings.fields import Group, Text


class Tools(Group):
    """What agents may use while they answer: programs, search, the web."""

    tool_rounds: int = Field(
        default=6, ge=0, le=20, description="Rounds of tool calls that one answer may take; 0 switches the tools off."
    )
    code_interpreter: Literal["auto", "off"] = Field(
        default="auto", description="Run model-written code in the sandbox where it works, or never."
    )
    search_corpus: Text = Field(
        default="",
        description="Folder of further documents that agents may search beside those of the run; nothing is generated from them.",
    )
    web_search: Literal["off", "searxng", "brave"] = Field(
        default="off", description="Where the web_search tool looks; off takes it away."
    )
    searxng_url: Text = Field(default="", description="Address of the SearXNG instance to ask.")
