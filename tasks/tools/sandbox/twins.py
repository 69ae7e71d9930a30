"""Two versions of Python code side by side in the sandbox: on which inputs they differ, and how their costs compare."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tasks.records import digest
from tasks.tools import sandbox

_SECONDS = 9.0


@dataclass(frozen=True)
class Compared:
    """What came of running two versions on the same inputs."""

    calls: int
    """Inputs on which both gave a result."""
    differing: str
    """The first call on which the results differ, with both results; empty if none."""
    altered: str
    """The first call of the second version that gave a result and left its arguments changed; empty if none did."""
    ratio: float | None
    """Time of the second over time of the first, on the input where the second does best; None where neither is slow."""


async def compared(old: str, new: str, names: list[str]) -> Compared | None:
    """The functions of these names in two versions, on inputs that the program makes; None if nothing can be told."""
    mark = f"end-{digest(old, new)[:16]}"
    script = (Path(__file__).parent / "twins_inside.py").read_text(encoding="utf-8")
    start = f"import first, second\nmain({names!r}, {mark!r}, vars(first), vars(second))\n"
    files = {"first.py": old, "second.py": new}
    done = await sandbox.arun(f"{script}\n{start}", language="python", files=files, seconds=_SECONDS)
    try:
        found = json.loads(done.stdout.rstrip().splitlines()[-1]) if done.exit_code == 0 else None
    except (ValueError, IndexError):
        return None
    if not isinstance(found, dict) or found.get("mark") != mark:
        return None
    return Compared(found["calls"], found["differing"], found["altered"], found["ratio"])
