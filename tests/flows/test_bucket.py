"""A run directory in a bucket, a ledger on PostgreSQL: a killed run goes on at another machine, and nothing is paid twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from simulator import simulator
from tasks.publish.run_directory import RunDirectory
from tests.postgres import PASSWORD, cluster
from tests.running import Home, Result, against, shared_prefect, wait_for

pytestmark = pytest.mark.services

CONCURRENCY = 4
SETTINGS = ("--max-concurrency", str(CONCURRENCY), "--shard-size", "2")
BUCKET = "s3://bucket"


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """The variables that lead a client to a bucket on the loopback."""
    moto = pytest.importorskip("moto.server", reason="moto is not installed: make test-services installs it")
    import boto3

    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        reached = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_DEFAULT_REGION": "us-east-1"}
        known = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (reached | known).items():
                patch.setenv(name, value)
            boto3.client("s3").create_bucket(Bucket=BUCKET.removeprefix("s3://"))
            yield reached | known
    finally:
        server.stop()


def home(folder: Path, documents: Path, variables: dict[str, str]) -> Home:
    folder.mkdir()
    (folder / "documents").symlink_to(documents)
    return Home(folder, api=shared_prefect().url, variables=variables)


def fetched(output: str, folder: Path) -> Result:
    """The run directory, with all that it holds, on this disk."""
    import fsspec

    filesystem, root = fsspec.core.url_to_fs(output, use_listings_cache=False)
    filesystem.get(root, str(folder), recursive=True)
    return Result(folder)


def test_a_killed_run_is_resumed_from_another_machine(tmp_path: Path, bucket: dict[str, str]) -> None:
    write_corpus(tmp_path / "documents", 3, words=90)
    with simulator(latency="lognormal:0.05:0.4") as server, cluster() as database:
        variables = {**bucket, "PGPASSWORD": PASSWORD}
        local, first, second = (
            home(tmp_path / name, tmp_path / "documents", variables) for name in ("local", "first", "second")
        )
        shared = (*against(server), *SETTINGS, "--ledger", database.url("ledger"))
        assert local.run("out", *against(server), *SETTINGS).code == 0
        whole = Result(local.folder / "out")
        requests = int(server.stats()["requests"])
        server.reset()

        run = first.generate(f"{BUCKET}/run", *shared)
        half = requests // 2
        wait_for("half of it", lambda: int(server.stats()["requests"]) >= half or run.process.poll() is not None)
        assert run.process.poll() is None
        os.kill(run.process.pid, signal.SIGKILL)
        run.process.wait()
        ended = second.run(f"{BUCKET}/run", *shared)

        assert ended.code == 0, ended.err
        result = fetched(f"{BUCKET}/run", tmp_path / "fetched")
        assert result.published() == whole.published() and result.rows()
        assert (result.path / "report.html").exists() and (result.path / "README.md").exists()
        assert [attempt["ended"] for attempt in result.manifest["attempts"]] == ["killed", "complete"]
        assert int(server.stats()["requests"]) <= requests + CONCURRENCY
        assert not [path for path in (*first.path.glob("ledger*"), *second.path.glob("ledger*"))]
        assert RunDirectory(f"{BUCKET}/run").manifest == result.manifest
        assert PASSWORD not in ended.out + ended.err + str(result.manifest)


def test_a_bucket_that_cannot_be_had_is_told_in_one_sentence(tmp_path: Path, bucket: dict[str, str]) -> None:
    write_corpus(tmp_path / "documents", 1, words=90)
    lost = home(tmp_path / "lost", tmp_path / "documents", bucket)
    absent = lost.run("s3://absent/run")
    assert absent.code == 2 and absent.err.startswith("error: cannot write to s3://absent/run: ")
    lost.variables = {
        **bucket,
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    nobody = lost.run(f"{BUCKET}/run")
    assert nobody.code == 2 and "Unable to locate credentials; choose another --output" in nobody.err
    assert "Traceback" not in absent.err + nobody.err
