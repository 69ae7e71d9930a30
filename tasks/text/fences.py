"""Code fences of Markdown."""

from __future__ import annotations

import re

FENCE = re.compile(r"```[ \t]*+(\w*)[ \t]*+\r?\n(.*?)```", re.S)
"""A fenced block anywhere in a text: group 1 is the language it names, group 2 what stands in it."""
