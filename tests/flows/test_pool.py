"""Work pools: `make pool` makes pool, deployments and worker, and a worker of any folder finds the code."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from benchmarks.corpus import write_corpus
from tasks.records import Json
from tests.running import PATIENCE, ROOT, SKILL, Result, shared_prefect, wait_for
from tests.serving import Serving, serving

pytestmark = pytest.mark.services

BIN = Path(sys.executable).parent
MAKE = ("make", "-C", str(ROOT), "-o", ".venv/.ready", f"BIN={BIN}")


def test_make_pool_and_a_worker_of_an_empty_folder(tmp_path: Path) -> None:
    write_corpus(tmp_path / "documents", 1, words=90)
    served = serving(tmp_path, shared_prefect().url)
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert "\n    make pool\n" in page
    with started(served, *MAKE, "pool"):
        wait_for("a worker", lambda: workers(served, "agentinstruct"), 150)
    deployment = served.deployment("generate-pool")
    assert deployment["work_pool_name"] == "agentinstruct"

    empty = tmp_path / "empty"
    empty.mkdir()
    worker = "prefect worker start --pool agentinstruct"
    assert f"\n    .venv/bin/{worker}\n" in page
    with started(served, *f"{BIN}/{worker}".split(), folder=empty):
        output = tmp_path / "out"
        run = served.run(
            {"documents": [str(tmp_path / "documents")], "skill": SKILL, "output": str(output)}, "generate-pool"
        )
        ended = served.ended(run, seconds=150)
        assert ended["state_type"] == "COMPLETED", ended["state"]
        assert Result(output).rows()
    assert list(empty.iterdir()) == []
    assert list((tmp_path / "home" / "prefect" / "storage").iterdir())
    assert not (tmp_path / ".prefect" / "storage").exists()


def test_the_deployments_suit_pools_of_other_kinds(tmp_path: Path) -> None:
    served, file = serving(tmp_path, shared_prefect().url), tmp_path / "prefect.yaml"
    given = yaml.safe_load((ROOT / "deployments" / "prefect.yaml").read_text(encoding="utf-8"))
    kinds, [entry, *_] = ("docker", "kubernetes"), given["deployments"]
    pools = given["definitions"]["pools"]
    given["deployments"] = [{**entry, "name": f"generate-{kind}", "work_pool": pools[kind]} for kind in kinds]
    file.write_text(yaml.safe_dump(given), encoding="utf-8")
    for command in (
        *(("work-pool", "create", f"agentinstruct-{kind}", "--type", kind) for kind in kinds),
        ("deploy", "--prefect-file", str(file), "--all"),
    ):
        environment = {**served.home.environment(), "HOME": str(tmp_path)}
        prefect = (str(BIN / "prefect"), "--no-prompt")
        done = subprocess.run((*prefect, *command), cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    for kind in kinds:
        assert served.deployment(f"generate-{kind}")["work_pool_name"] == f"agentinstruct-{kind}"


@pytest.mark.parametrize(
    "unit", sorted((ROOT / "deployments" / "systemd").glob("*.service")), ids=lambda unit: unit.stem
)
def test_systemd_understands_the_units(unit: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("no systemd-analyze on this system")
    here = tmp_path / unit.name
    here.write_text(unit.read_text().replace("/srv/agentinstruct/.venv/bin", str(BIN)))
    done = subprocess.run((analyze, "verify", "--man=no", str(here)), capture_output=True, text=True)
    assert done.returncode == 0 and str(here.name) not in done.stderr, done.stderr


@contextmanager
def started(served: Serving, *command: str, folder: Path | None = None) -> Iterator[None]:
    """The command, until the block ends; then Ctrl-C."""
    environment = {**served.home.environment(), "HOME": str(served.folder)}
    with (served.folder / "pool.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder or served.folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(30 * PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def workers(served: Serving, pool: str) -> list[Json]:
    try:
        found: list[Json] = served.ask(f"/work_pools/{pool}/workers/filter", {})
    except urllib.error.HTTPError as error:  # there is no pool yet
        error.close()
        return []
    return found
