"""What Markdown puts around words: code fences and emphasis."""

from __future__ import annotations

import re

FENCE = re.compile(r"```[ \t]*+(\w*)[ \t]*+\r?\n(.*?)```", re.S)
"""A fenced block anywhere in a text: group 1 is the language it names, group 2 what stands in it."""
CODE_OR_ADDRESS = r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|https?://\S+"
"""Pattern, for `re.S`, of what is no prose: fenced blocks to their end or that of the text, code in a line, addresses."""
EMPHASIS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)")
"""The signs that make words bold, slanted or code."""
