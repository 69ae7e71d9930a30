"""A multiple-choice question whose author says how the answer follows and which mistake leads to each wrong option."""

from __future__ import annotations

from tasks.agents.question import Question


class Choice(Question):
    """A question with options, one of them right, that stands without the passage."""
