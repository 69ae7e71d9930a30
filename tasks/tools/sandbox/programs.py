"""Programs that the sandbox runs to check a task or an answer: with tests, a query on its tables, examples with results."""

from __future__ import annotations

import json
import re

from tasks.records import digest
from tasks.settings import Settings
from tasks.tools import sandbox

_SECONDS = 8.0
_TAIL = 600
"""Characters of an error's end that tell where it came from."""
_SAYS = {
    "python": "print({mark!r})",
    "javascript": "console.log({mark!r});",
    "bash": "echo {mark!r}",
    "perl": "print {mark!r}, qq(\\n);",
}
_RUNS = {"javascript": "node"}
_MAIN = re.compile(r"^if\s+__name__\s*==\s*([\"'])__main__\1\s*:", re.M)
_QUERY = """import json, sqlite3
tables, query = json.loads({told!r})
base = sqlite3.connect(":memory:")
base.executescript(tables)
rows = base.execute(query).fetchall()
print(json.dumps([list(map(str, row)) for row in rows]))
"""
_EXAMPLES = """
import doctest as _doctest, json as _json
_flags = _doctest.NORMALIZE_WHITESPACE | _doctest.ELLIPSIS
_runner = _doctest.DocTestRunner(verbose=False, optionflags=_flags)
for _text in _json.loads({told!r}):
    _test = _doctest.DocTestParser().get_doctest(_text, dict(globals()), "answer", None, 0)
    _runner.run(_test, out=lambda said: None)
print(_json.dumps([{mark!r}, _runner.failures, _runner.tries]))
"""


def unavailable(settings: Settings, *languages: str) -> str:
    """Why programs in these languages cannot be run; empty if they can."""
    if settings.code_interpreter == "off":
        return "no sandbox: switched off"
    if reason := sandbox.available():
        return f"no sandbox: {reason}"
    there = sandbox.languages()
    lacking = sorted({_RUNS.get(name, name) for name in languages if name != "sql"} - set(there))
    return f"no language here: {', '.join(lacking)}" if lacking else ""


async def printed(code: str, language: str = "python", stdin: str = "") -> sandbox.Execution:
    """What the program does."""
    return await sandbox.arun(code, language=_RUNS.get(language, language), stdin=stdin, seconds=_SECONDS)


async def passes(code: str, tests: str, language: str) -> bool:
    """Whether the tests behind the code come to their end."""
    return await failure(code, tests, language) == ""


async def failure(code: str, tests: str, language: str) -> str:
    """What the run of the tests behind the code ended with, if they do not come to their end; else empty.

    The mark that shows their end is known to neither of them.
    """
    mark = f"end-{digest(code, tests)[:16]}"
    end = _SAYS[language].format(mark=mark)
    head = "set -e\n" if language == "bash" else ""
    done = await printed(f"{_MAIN.sub('if False:', code)}\n\n{head}{tests}\n\n{end}\n", language)
    if done.exit_code == 0 and not done.timed_out and done.stdout.rstrip().endswith(mark):
        return ""
    return done.stderr.strip()[-_TAIL:] or "it ended early, without an error"


async def query_rows(tables: str, query: str) -> list[list[str]] | None:
    """The rows of a query on the tables that a script makes, in SQLite; None if either fails."""
    done = await printed(_QUERY.format(told=json.dumps([tables, query])))
    try:
        return json.loads(done.stdout) if done.exit_code == 0 else None
    except ValueError:
        return None


async def examples(code: str, texts: list[str]) -> tuple[int, int] | None:
    """How many of the `>>>` examples in the texts fail after the code, and how many there are; None if it cannot be told."""
    mark = f"end-{digest(code, texts)[:16]}"
    script = _EXAMPLES.format(told=json.dumps(texts), mark=mark)
    done = await printed(f"{_MAIN.sub('if False:', code)}\n{script}")
    try:
        found = json.loads(done.stdout.rstrip().splitlines()[-1]) if done.exit_code == 0 else []
    except (ValueError, IndexError):
        return None
    return (found[1], found[2]) if found[:1] == [mark] else None
