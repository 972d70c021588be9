"""A build on Ray is the local build, also when a machine is lost; and trouble has clear words.

Ray is an extra. Where it is installed it starts here as in earnest, on the loopback alone.
"""

import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

import ingest.__main__
from benchmarks.ray_scaling import processes, rate
from ingest import (
    BuildOptions,
    BuildReport,
    EncoderIdentity,
    IngestError,
    build_index,
    distributed,
    load_index,
)
from ingest.distributed import _cut_block, on_ray
from ingest.library import Library
from ingest.records import Outcome
from ingest.runner import HERE, Runner
from tests.conftest import REPOSITORY, HashingEncoder

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

needs_ray = pytest.mark.skipif(
    find_spec("ray") is None, reason="Ray is an extra: pip install '.[ray]'"
)
# Ray Data warns of what it sets itself.
pytestmark = pytest.mark.filterwarnings(r"ignore::DeprecationWarning:ray\..*")
ARTICLES = sorted((REPOSITORY / "corpus/articles").glob("als-*.md"))
LISTENING = "0A"  # as /proc/net writes the state of a socket


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before Ray is imported: the loopback only, and a token that no file holds."""
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", "5ca1ab1e" * 8)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three articles, and two files that are none."""
    folder = tmp_path_factory.mktemp("none")
    (folder / "empty.md").write_text("", encoding="utf-8")
    (folder / "headings.md").write_text("# Only\n\n## Headings\n", encoding="utf-8")
    return [*ARTICLES, folder]


@pytest.fixture(scope="module")
def local(paths: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildReport, Path]:
    index = tmp_path_factory.mktemp("local") / "index"
    return build_index(paths, index), index


def assert_same(index: Path, other: Path) -> None:
    """The same documents, passages and keys, byte for byte; the vectors to five places."""
    (mine,) = Library.open(index).segments.values()
    (theirs,) = Library.open(other).segments.values()
    assert mine.register == theirs.register
    assert list(mine.documents) == list(theirs.documents)
    assert list(mine.passages) == list(theirs.passages)
    for name, tolerance in (("passage", 1e-5), ("question", 1e-5), ("statement", 1e-3)):  # float16
        ours, found = (getattr(segment, f"{name}_vectors") for segment in (mine, theirs))
        assert np.array_equal(ours.keys, found.keys)
        assert len(ours.vectors) >= 16
        apart = ours.vectors.astype(np.float32) - found.vectors.astype(np.float32)
        assert np.abs(apart).max() < tolerance


@needs_ray
@pytest.mark.slow
def test_a_build_on_ray_is_the_local_build(
    paths: list[Path],
    local: tuple[BuildReport, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(distributed, "WINDOW_SOURCES", 2)  # so that there are two of each
    monkeypatch.setattr(distributed, "WINDOW_TEXTS", 100)
    report, index = local
    told: list[tuple[str, int, int]] = []

    with on_ray(workers=2) as runner:
        built = build_index(
            paths, tmp_path / "index", runner=runner, on_progress=lambda *done: told.append(done)
        )
    again = build_index(paths, tmp_path / "index")

    assert built.articles == report.articles
    assert {a.outcome for a in built.articles} == {Outcome.READ, Outcome.SKIPPED}
    assert_same(tmp_path / "index", index)
    totals = {total for stage, _, total in told if stage == "embed"}
    assert totals == {sum(done for stage, done, _ in told if stage == "embed")}
    assert again.generation == built.generation


@needs_ray
@pytest.mark.slow
def test_the_command_line_builds_on_ray_and_says_no_more_than_the_local_one(
    paths: list[Path], local: tuple[BuildReport, Path], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "ingest", "build", *map(str, paths)]
    options = ["--index", str(tmp_path / "index"), "--runner", "ray", "--workers", "1"]

    done = subprocess.run(
        [*command, *options], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[:-1] == ingest.__main__.report_lines(local[0])[:-1]
    assert said[-1].startswith(load_index(tmp_path / "index").manifest.generation)


def test_what_ray_says_meanwhile_is_not_part_of_the_report(
    paths: list[Path], local: tuple[BuildReport, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def talkative(_address: str | None, *, workers: int | None) -> Iterator[Runner]:
        sys.stdout.write(f"(raylet) {workers} workers, one node lost\n")
        yield HERE

    monkeypatch.setattr(ingest.__main__, "on_ray", talkative)
    arguments = ["build", *map(str, paths), "--index", str(local[1]), "--runner", "ray"]

    done = CliRunner().invoke(ingest.__main__.app, [*arguments, "--workers", "2"])

    assert done.exit_code == 0
    assert "(raylet)" not in done.stdout
    assert "(raylet) 2 workers, one node lost" in done.stderr


@needs_ray
@pytest.mark.slow
def test_a_node_that_is_lost_while_embedding_changes_nothing(
    paths: list[Path], local: tuple[BuildReport, Path], tmp_path: Path, cluster: "Cluster"
) -> None:
    from ray._private.state import actors
    from ray.data import DataContext

    lost = cluster.add_node(num_cpus=2)
    done: list[int] = []
    working: list[str] = []

    def lose(stage: str, n: int, total: int) -> None:
        if stage == "embed" and not done:
            assert n < total / 4
            alive = (actor for actor in actors().values() if actor["State"] == "ALIVE")
            working.extend(actor["Address"]["NodeID"] for actor in alive)
            cluster.remove_node(lost, allow_graceful=False)
        done.extend([n] if stage == "embed" else [])

    with on_ray(cluster.address, workers=4) as runner:
        DataContext.get_current().wait_for_min_actors_s = 300  # so that both nodes embed
        built = build_index(paths, tmp_path / "index", runner=runner, on_progress=lose)

    assert working.count(lost.node_id) >= 1
    assert working.count(cluster.head_node.node_id) >= 1
    assert built.articles == local[0].articles
    assert_same(tmp_path / "index", local[1])


@pytest.fixture
def cluster() -> "Iterator[Cluster]":
    """The head node of a cluster of this machine alone, with 2 CPUs."""
    from ray.cluster_utils import Cluster

    started = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False}
    )
    yield started
    started.shutdown()


@needs_ray
@pytest.mark.slow
def test_ray_listens_on_the_loopback_alone() -> None:
    with on_ray(workers=1):
        listening = listening_addresses(processes())

    assert len(listening) >= 4  # the global control service, two of the raylet, the driver
    assert all(address.is_loopback for address in listening)


def listening_addresses(pids: Iterable[int]) -> list[IPv4Address | IPv6Address]:
    """Where their TCP sockets listen."""
    sockets = set()
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            for fd in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError):
                    sockets.add(str(fd.readlink()))
    rows = [
        line.split()
        for version in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{version}").read_text().splitlines()[1:]
    ]
    return [
        _address(row[1].split(":")[0])
        for row in rows
        if row[3] == LISTENING and f"socket:[{row[9]}]" in sockets
    ]


def _address(words: str) -> IPv4Address | IPv6Address:
    """As /proc writes it, in 32-bit words of the machine's order."""
    parts = [int(words[at : at + 8], 16) for at in range(0, len(words), 8)]
    raw = np.array(parts, dtype=np.uint32).tobytes()
    address = IPv6Address(raw) if len(raw) == 16 else IPv4Address(raw)
    return getattr(address, "ipv4_mapped", None) or address


@needs_ray
@pytest.mark.slow
def test_a_node_with_another_model_and_too_many_workers_are_refused() -> None:
    class Other(HashingEncoder):
        identity = EncoderIdentity("all-MiniLM-L6-v2", "0" * 64, 384, 256)

    with on_ray(workers=1) as runner, pytest.raises(IngestError) as other:
        list(runner.embed(["a"], Other, batch_size=32, on_progress=lambda _d, _n: None))
    with pytest.raises(IngestError) as few, on_ray(workers=10_000):
        pass

    assert str(other.value) == (
        "Ray on this machine: a node has another model all-MiniLM-L6-v2."
        " Every node needs this version of Quoth and the same model."
    )
    assert "CPUs, and 10000 workers need one each. Ask for fewer with --workers" in str(few.value)


def test_a_rate_counts_from_the_first_batch_of_every_worker_on() -> None:
    arrivals = [(10.0, 7.0, 5), (12.0, 9.0, 6), (15.0, 13.0, 9), (16.0, 15.0, 3)]

    one, two = rate(arrivals, workers=1), rate(arrivals, workers=2)

    assert one == {"texts_per_s": 18 / 6, "texts_per_cpu_s": 18 / 8, "cores": 8 / 6}
    assert two == {"texts_per_s": 12 / 4, "texts_per_cpu_s": 12 / 6, "cores": 6 / 4}


def test_a_node_with_another_version_says_so_for_each_source() -> None:
    batch = {"row": np.arange(3), "source": np.zeros(3, dtype=object)}

    found = _cut_block(batch, options=BuildOptions(), options_sha256="another")

    assert found["trouble"].tolist() == ["a node has another version of Quoth"] * 3


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(IngestError) as caught, on_ray():
        pass

    assert str(caught.value) == (
        "Ray on this machine: Ray is not installed. Run: pip install '.[ray]'"
    )


@needs_ray
@pytest.mark.parametrize("address", ["nonsense", "ray://127.0.0.1:10001", "host:"])
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(IngestError, match=f"cluster at {address}: that is not HOST:PORT"):
        on_ray(address).__enter__()


@needs_ray
def test_an_address_where_nothing_answers_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(IngestError, match=f"cluster at {address}: it cannot be reached .*refused"):
        on_ray(address).__enter__()
