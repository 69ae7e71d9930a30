"""The command line. Exit codes: 0 done, 1 some shards failed or nothing came of it, 2 wrong usage or broken skills, 3 stopped."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter
from rich.text import Text

from flows.allocator import lend_little
from flows.cli import looking
from flows.cli.alerts import alerts
from flows.cli.curate import curate
from flows.cli.evaluate import evaluate
from flows.cli.factory import factory, withdraw
from flows.cli.marking import agreement
from flows.cli.options import NOTHING_SAID, Asked, Documents, Prompts, Running, add_skills
from flows.cli.publish import publish
from flows.cli.report import report
from flows.cli.screen import screen
from flows.cli.teach import teach
from flows.home import server_log, settle


def _version() -> str:
    from importlib.metadata import version

    return version("agentinstruct")


app = App(
    name="agentinstruct",
    version=_version,
    help="Turn raw documents into verified post-training data.",
    help_format="markdown",
    suppress_keyboard_interrupt=False,  # said by `main`, as what else ends a command from outside
)

DONE, USAGE, STOPPED = 0, 2, 3


@app.command
def generate(
    documents: Documents,
    /,
    *,
    asked: Asked,
    output: Annotated[str, Parameter(help="The run directory: a folder or an fsspec URL.")],
    running: Running = NOTHING_SAID,
    own: Prompts = None,
) -> int:
    """Generate a dataset from documents. The same command again resumes, and repeats nothing that was paid for."""
    add_skills(own)
    from flows.server.private_server import PrefectApi

    with PrefectApi(server_log()) as api:
        api.begin_early()
        from flows.cli.launch import launch

        return launch(api, output=output, **asked.parameters(documents, running))


@app.command
def estimate(
    documents: Documents,
    /,
    *,
    asked: Asked,
    output: Annotated[
        str, Parameter(help="The run directory: what lies there is read by no run, and nothing is written into it.")
    ] = "",
    running: Running = NOTHING_SAID,
    own: Prompts = None,
    as_json: looking.AsJson = False,
) -> int:
    """Tell what `generate` with the same arguments would take, step by step: calls, tokens, money, time. It asks no model."""
    add_skills(own)
    from flows.cli.estimate import estimate_run

    estimate_run(output=output, as_json=as_json, **asked.parameters(documents, running))
    return DONE


@app.command
def serve(
    *,
    port: Annotated[int, Parameter(help="Of the server that is started; 0 for the first free one from 4200 on.")] = 0,
    deployments: Annotated[
        str | None, Parameter(help="A Prefect file; ours, deployments/prefect.yaml, if none is named.")
    ] = None,
) -> int:
    """Serve the flows: Prefect's UI with deployments that work, forms, schedules and Retry. Ctrl-C ends it.

    A server is started on this machine, its files in the home folder; with PREFECT_API_URL set, that one is used.
    """
    from flows.server.deployments import FILE
    from flows.server.serve import serve as serve_file

    return serve_file(Path(deployments) if deployments else FILE, port)


@app.command(name="check-endpoint")
def check_endpoint(
    *,
    teacher: Annotated[str, Parameter(help="A model of the endpoint, or an installed endpoint: NAME or NAME:MODEL.")],
    base_url: Annotated[str | None, Parameter(help="An OpenAI-compatible endpoint; without it, OpenAI's own.")] = None,
    set_: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="KEY=VALUE of any setting, repeatable, as for generate.",
            consume_multiple=True,
            negative=(),
        ),
    ] = None,
    as_json: looking.AsJson = False,
) -> int:
    """Ask an endpoint five tiny questions and print what it can do, before a run is paid for."""
    from flows.cli.check_endpoint import check

    return check(teacher, base_url, set_ or [], as_json)


@app.command
def skills(name: str | None = None, /, *, as_json: looking.AsJson = False, own: Prompts = None) -> int:
    """Show the catalogue, or one skill's agents, task types, goals and checks."""
    from flows.cli.views import show_catalogue, show_skill

    add_skills(own)
    if name is None:
        show_catalogue(as_json)
    else:
        show_skill(name, as_json)
    return DONE


@app.command(name="new-skill")
def begin_skill(
    name: str,
    /,
    *,
    folder: Annotated[
        str | None, Parameter(name="--in", help="The folder to put it in; ours, if none is named.")
    ] = None,
) -> int:
    """Begin a skill: a commented copy of a small complete one, which runs as it stands."""
    from flows.cli.new_skill import new_skill

    made = new_skill(name, folder)
    where, option = (folder, f" --prompts {folder}") if folder else ("", "")
    print(f"{made} is a complete small skill: make it yours, file by file. Check and try it with")
    print(f"    agentinstruct check-skills {where}".rstrip())
    print(f"    agentinstruct generate DOCUMENTS --skill {name}{option} --output out/{name}")
    return DONE


@app.command(name="check-skills")
def examine_skills(folder: str | None = None, /, *, as_json: looking.AsJson = False, own: Prompts = None) -> int:
    """Say all that is wrong with the skills of a folder, or with one skill's folder, or with the whole catalogue."""
    from flows.cli.views import show_problems

    add_skills(own)
    return USAGE if show_problems(folder, as_json) else DONE


@app.command
def settings(*, as_json: looking.AsJson = False) -> int:
    """List what `--set` can change, with defaults."""
    from flows.cli.views import show_settings

    show_settings(as_json)
    return DONE


@app.command
def export(
    directory: Annotated[str, Parameter(help="The run directory: what was the --output of `generate`.")],
    /,
    *,
    format: Annotated[
        Literal["trl", "openai", "sharegpt", "alpaca", "dpo", "kto", "orca", "jsonl"],
        Parameter(help="Who is to read it; docs/how_to/export.md shows a row of each."),
    ],
    output: Annotated[
        str, Parameter(help="A folder or, by its suffix, a file; any fsspec URL. DIRECTORY/export/FORMAT without it.")
    ] = "",
    skill: Annotated[
        list[str] | None, Parameter(help="Only these skills' rows, several with commas between.", negative=())
    ] = None,
    split: Annotated[
        str,
        Parameter(help="NAME=SHARE of parts beside `train`, dealt by document: test=0.1 or validation=0.05,test=0.05."),
    ] = "",
    system: Annotated[
        Literal["keep", "drop", "user"],
        Parameter(
            help="System prompts: kept, left out, or put before the user's words for templates without that role."
        ),
    ] = "keep",
    calls: Annotated[
        Literal["together", "apart"],
        Parameter(
            help="Several calls in a message: as they are, or one a message, as the template of Llama 3.1 wants it."
        ),
    ] = "together",
    tools: Annotated[
        Literal["keep", "drop"],
        Parameter(help="Rows with tools on offer; some templates, such as Gemma's, know no calls."),
    ] = "keep",
    offline_rows: Annotated[
        bool, Parameter(help="Rows of the offline teacher too, which are not for training.", negative=())
    ] = False,
    as_json: looking.AsJson = False,
) -> int:
    """Write a run's rows in the layout that a trainer reads: no nulls, and streamed, however large the run is."""
    from flows.cli.export import write_export
    from tasks.publish.export.export import Wanted
    from tasks.publish.export.messages import Shape

    write_export(
        Wanted(
            directory=directory,
            format=format,
            output=output,
            skills=tuple(name for words in skill or () for name in words.split(",") if name),
            split=split,
            shape=Shape(system, calls),
            tools=tools == "keep",
            offline_rows=offline_rows,
        ),
        as_json,
    )
    return DONE


for each in (
    agreement,
    alerts,
    looking.compare,
    curate,
    evaluate,
    factory,
    publish,
    looking.rejects,
    report,
    looking.runs,
    looking.show,
    teach,
    withdraw,
):
    app.command(each)


def main() -> None:
    """Entry point; every expected problem is one sentence on standard error."""
    lend_little()
    settle()
    console = screen(errors=True)
    try:
        code = app(sys.argv[1:], exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        console.print(Text.assemble(("error: ", "red"), str(error)))
        console.print("Try: agentinstruct --help")
        code = USAGE
    except (ValueError, LookupError) as error:
        console.print(Text(f"error: {error}", "red"))
        code = USAGE
    except _from_outside():
        console.print("Stopped. The same command goes on from what is done.", style="yellow")
        code = STOPPED
    sys.exit(code if isinstance(code, int) else DONE)


def _from_outside() -> tuple[type[BaseException], ...]:
    """What ends a command from outside: Ctrl-C, and what Prefect makes of SIGTERM once it is loaded."""
    prefect = sys.modules.get("prefect.exceptions")
    return (KeyboardInterrupt, prefect.TerminationSignal) if prefect else (KeyboardInterrupt,)
