"""The other runner: cleaning, cutting and embedding as Ray Data tasks on a cluster of machines.

The driver reads the articles and writes the generation; between the two, work streams through the
cluster and comes back in order. What a lost node had is made again from what it was made of, and is
the same again, since each result hangs on its source or text alone. The machines of a cluster trust
each other: what they pass on, Ray pickles in memory.
"""

import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np

from ingest.embed import Encoder, Vectors, embed, load_encoder
from ingest.errors import ClusterError, ModelError
from ingest.options import BuildOptions
from ingest.records import EncoderIdentity, Source
from ingest.runner import Cut, cut

# What the driver hands over at once: small enough for memory, large enough that starting the actors
# anew for each window (some seconds) does not count.
WINDOW_SOURCES, WINDOW_TEXTS = 4096, 65_536
BLOCK = 128  # articles or texts that a worker gets at once: made again where its node is lost
BLOCKS_A_WORKER = 4  # at least, of a small window: so that none waits long for the last one
REACH_S = 5.0
ONE_THREAD = {"QUOTH_ENCODER_THREADS": "1", "RAYON_NUM_THREADS": "1"}
NODES = "Every node needs this version of Quoth and the same model."
LOG_LEVELS = {  # less than Ray Data says of each run, and of what pyarrow has no type for
    "ray.data": logging.WARNING,
    "ray.data._internal.progress": logging.ERROR,
    "ray.data._internal.tensor_extensions.arrow": logging.ERROR,
}

Batch = Mapping[str, np.ndarray]


@contextmanager
def on_ray(address: str | None = None, *, workers: int | None = None) -> Iterator["OnRay"]:
    """A runner for `build_index` on the cluster at `address`; None: on all cores of this machine.

    This machine is a node of the cluster, and every node has this version of Quoth and the model.
    `workers` is how many encoders run at once, one thread each; None: as many as there are CPUs.

    Raises:
        ClusterError: Ray is not installed, nothing answers at `address`, or there are too few CPUs.
    """
    ray = _imported(address)
    _connect(ray, address)
    try:
        n_cpus = int(ray.cluster_resources().get("CPU", 0))
        if n_cpus < (workers or 1):
            what = f"it has {n_cpus} CPUs, and {workers or 1} workers need one each"
            raise ClusterError(address, what, "Ask for fewer with --workers, or add nodes.")
        yield OnRay(ray, address, workers or n_cpus)
    finally:
        ray.shutdown()


class OnRay:
    """The runner on a cluster that is connected. Make it with `on_ray`."""

    def __init__(self, ray: Any, address: str | None, workers: int) -> None:  # noqa: ANN401
        self._ray = ray
        self._address = address
        self._workers = workers

    def cut(self, sources: Iterable[Source], options: BuildOptions) -> Iterator[Cut]:
        """Tasks of 128 sources; the driver holds 4096 at a time.

        Raises:
            ClusterError: a task failed, not because its node was lost.
        """
        wanted = {"options": options, "options_sha256": options.sha256}
        for window in _windows(sources, WINDOW_SOURCES):
            data = self._data("source", window)
            done = data.map_batches(_cut_block, batch_size=None, fn_kwargs=wanted)
            for batch in self._in_order(done, len(window)):
                yield from batch["cut"]

    def embed(
        self,
        texts: Sequence[str],
        encoder: Callable[[], Encoder],
        *,
        batch_size: int,
        on_progress: Callable[[int, int], None],
    ) -> Iterator[Vectors]:
        """128 rows at a time from a pool of actors, each with an encoder of its own.

        `encoder` says only which model it is; the actors load it by name.

        Raises:
            ClusterError: an actor failed, not because its node was lost; or has no such model.
        """
        for window in _windows(texts, WINDOW_TEXTS):
            done = self._data("text", window).map_batches(
                _Embedder,
                batch_size=None,
                fn_constructor_args=(encoder().identity, batch_size),
                compute=self._ray.data.ActorPoolStrategy(size=self._workers),
                num_cpus=1,
            )
            for batch in self._in_order(done, len(window)):
                on_progress(len(batch["row"]), len(texts))
                yield batch["vector"]

    def _data(self, name: str, values: Sequence[object]) -> Any:  # noqa: ANN401
        """The values and their row numbers, in blocks of 128 at most."""
        n_blocks = max(-(-len(values) // BLOCK), self._workers * BLOCKS_A_WORKER)
        rows = [{"row": row, name: value} for row, value in enumerate(values)]
        data = self._ray.data.from_items(rows, override_num_blocks=min(n_blocks, len(rows)))
        data.context.execution_options.preserve_order = True
        data.context.enable_progress_bars = data.context.print_on_execution_start = False
        return data

    def _in_order(self, data: Any, n: int) -> Iterator[Batch]:  # noqa: ANN401
        """The batches of `data` as they come, each row once: a row out of order stops the build."""
        at = 0
        with self._failures():
            for batch in data.iter_batches(batch_size=None):
                if "trouble" in batch:
                    raise ClusterError(self._address, batch["trouble"][0].rstrip("."), NODES)
                rows = range(at, at := at + len(batch["row"]))
                if not np.array_equal(batch["row"], rows):
                    break
                yield batch
            else:
                if at == n:
                    return
        raise ClusterError(self._address, "results are missing or out of order", "Build again.")

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Ray's errors as ours, with what it knows of them: nobody foresaw these."""
        try:
            yield
        except self._ray.exceptions.RayError as error:
            raise ClusterError(self._address, f"the build failed: {error}", NODES) from error


class _Embedder:
    """An actor: one encoder, loaded once. Where it has none, each of its batches says why."""

    def __init__(self, identity: EncoderIdentity, batch_size: int) -> None:
        self._batch_size = batch_size
        self._trouble = ""
        try:
            self._encoder = load_encoder(identity.name)
        except ModelError as error:
            self._trouble = str(error)
        else:
            if self._encoder.identity != identity:
                self._trouble = f"a node has another model {identity.name}"

    def __call__(self, batch: Batch) -> Batch:
        if self._trouble:
            return _troubled(batch, self._trouble)
        vectors = embed(batch["text"].tolist(), self._encoder, batch_size=self._batch_size)
        return {"row": batch["row"], "vector": vectors}


def _cut_block(batch: Batch, *, options: BuildOptions, options_sha256: str) -> Batch:
    """A task: some sources cleaned and cut."""
    if options.sha256 != options_sha256:
        return _troubled(batch, "a node has another version of Quoth")
    cuts: np.ndarray = np.empty(len(batch["source"]), dtype=object)
    cuts[:] = [cut(source, options) for source in batch["source"]]
    return {"row": batch["row"], "cut": cuts}


def _troubled(batch: Batch, trouble: str) -> Batch:
    """Said, not raised: Ray would print hundreds of lines about it, and try the same again."""
    return {"row": batch["row"], "trouble": np.full(len(batch["row"]), trouble)}


def _imported(address: str | None) -> Any:  # noqa: ANN401 - it comes late
    """Ray, told before its import to report nothing to anyone and to stay on this machine."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address is None:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # its name for "loopback only"
    else:
        os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "1")  # 20 are a quarter of an hour
    try:
        import ray
        import ray.data
    except ImportError as error:
        what, remedy = "Ray is not installed", "Run: pip install '.[ray]'"
        raise ClusterError(address, what, remedy) from error
    for name, level in LOG_LEVELS.items():
        logging.getLogger(name).setLevel(level)
    return ray


def _connect(ray: Any, address: str | None) -> None:  # noqa: ANN401
    """Join the cluster, or start one of this machine without a dashboard."""
    remedy = (
        "Name the HOST:PORT that `ray start --head` printed; this machine must be a node of it."
    )
    host, _, port = (address or "").rpartition(":")
    if address not in (None, "auto") and ("/" in host or not port.isdecimal()):
        raise ClusterError(address, "that is not HOST:PORT", remedy)
    try:
        if host:
            socket.create_connection((host, int(port)), REACH_S).close()  # Ray takes its time
        ray.init(
            address=address or "local",
            include_dashboard=None if address else False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            runtime_env={"env_vars": ONE_THREAD},
        )
    except (ray.exceptions.RayError, OSError, OverflowError, RuntimeError, ValueError) as error:
        raise ClusterError(address, f"it cannot be reached ({error})", remedy) from error


def _windows(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(items)
    while window := list(islice(left, size)):
        yield window
