"""What `export` does: the rows of a run directory in a trainer's layout, and what is told of it."""

from __future__ import annotations

from dataclasses import asdict

from flows.cli.screen import screen, tell
from tasks.publish.export.export import FORMATS, Exported, Wanted, export

_LEAST_OPENAI = 10
"""Examples that OpenAI's fine-tuning asks for."""


def write_export(wanted: Wanted, as_json: bool) -> None:
    """Export, and say in how many rows, where, and what is not there. ValueError in a sentence for what cannot be done."""
    try:
        exported = export(wanted)
    except OSError as error:
        raise ValueError(
            f"cannot export {wanted.directory}: {error.strerror or error}; choose another --output"
        ) from None
    if as_json:
        tell({**asdict(exported), "format": wanted.format})
        return
    console = screen(folded=False)
    for file, rows in exported.rows.items():
        where = file if file == exported.output else f"{exported.output}/{file}"
        console.print(f"{rows:,} row{'s' * (rows != 1)}: {where}", markup=False)
    for line in _told(wanted, exported):
        console.print(line, style="yellow", markup=False)
    console.print(_next(wanted, exported), markup=False)


def _told(wanted: Wanted, exported: Exported) -> list[str]:
    lines = [f"{n:,} left out: {reason}" for reason, n in exported.left_out.items()]
    lines += [f"{n:,} without {what}" for what, n in exported.lost.items()]
    if wanted.format == "openai" and sum(exported.rows.values()) < _LEAST_OPENAI:
        lines.append(f"OpenAI takes {_LEAST_OPENAI} rows at least")
    if not exported.finished:
        lines.append("The run is unfinished: its command again adds rows, and this one exports them")
    if wanted.offline_rows:
        lines.append("Rows of the offline teacher show what an export looks like; they are not for training")
    return lines


def _next(wanted: Wanted, exported: Exported) -> str:
    """How the rows are read."""
    if exported.output in exported.rows:
        kind = "parquet" if exported.output.endswith(".parquet") else "json"
        return f'load_dataset("{kind}", data_files="{exported.output}")'
    if FORMATS[wanted.format].suffixes[0] == ".parquet" and wanted.format != "orca":
        return f'load_dataset("{exported.output}")  # datasets 4.7 or newer'
    return f'load_dataset("{exported.output}")'
