"""An exported encoder: the model's weights as a graph for OpenVINO, and its tokenizer. No torch."""

import mmap
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embed.encoder import Vectors
from ingest.records import EncoderIdentity

GRAPH, WEIGHTS, TOKENIZER = "graph.xml", "graph.bin", "tokenizer.json"
# What a batch holds, padding included. Larger ones leave the caches: texts a second of processor
# time on 40 passages and 160 sentences of MedQuAD, one thread: 512 tokens 55, 1,024 51, 2,048 48,
# 32 texts 36, one text 47; and 32 long texts on two streams need 1 GiB more memory.
BATCH_TOKENS = 768


class GraphError(Exception):
    """There is no graph to encode with, and why. It never leaves `ingest.embed`."""


def openvino() -> Any:  # noqa: ANN401 - it ships no types
    """OpenVINO without its telemetry: no request leaves this machine.

    Importing it loads openvino-telemetry where that is installed, which reports conversions; it
    uses a stub where that is missing, and a None here is how Python says so.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        raise GraphError("openvino is not installed; run: make venv") from error
    return openvino


class GraphEncoder:
    """An encoder in a folder with graph.xml, graph.bin and tokenizer.json. Thread-safe."""

    def __init__(
        self, folder: Path, identity: EncoderIdentity, *, threads: int | None = None
    ) -> None:
        self.identity = identity
        self._folder = folder
        self._threads = threads
        self._turn = threading.Lock()  # one queue of batches
        self._idle: deque[Any] = deque()  # requests for one text that nobody uses now

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, d), rows L2-normalised. Text beyond the model's window is not seen."""
        if len(texts) == 1:
            return self.begin(texts[0])()
        vectors = np.zeros((len(texts), self.identity.dimension), dtype=np.float32)
        tokens = self._tokens(texts)
        with self._turn:
            self._many.set_callback(
                lambda request, rows: vectors.__setitem__(rows, request.get_output_tensor(0).data)
            )
            for rows in batches([len(ids) for ids in tokens]):
                self._many.start_async(self._padded([tokens[row] for row in rows]), rows)
            self._many.wait_all()
        return vectors

    def begin(self, text: str) -> Callable[[], Vectors]:
        """Begin to encode one text on a thread of the graph's; the call waits for its vector."""
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._one.create_infer_request()
        request.start_async(self._padded(self._tokens([text])))

        def vector() -> Vectors:
            request.wait()
            found = np.array(request.get_output_tensor(0).data, dtype=np.float32)
            self._idle.append(request)  # one that is not waited for is not used again
            return found

        return vector

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        if len(texts) == 1:  # a batch of one is handed to a pool of threads: .1 ms of waiting
            return [self._tokenizer.encode(texts[0]).ids]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def _padded(self, tokens: Sequence[list[int]]) -> list[np.ndarray]:
        """Token ids and attention mask, int64 (n, longest)."""
        ids = np.full((len(tokens), max(map(len, tokens))), self._pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, found in enumerate(tokens):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        return [ids, mask]

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 - tokenizers ships no types
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        self._pad_id = int((tokenizer.padding or {})["pad_id"])  # the export has set it
        tokenizer.no_padding()  # done here, batch by batch
        return tokenizer

    @cached_property
    def _one(self) -> Any:  # noqa: ANN401 - openvino comes late
        """For one question: on one thread, since two wait for each other on a busy machine."""
        return self._compiled(self._threads or 1, streams=1)

    @cached_property
    def _many(self) -> Any:  # noqa: ANN401 - openvino comes late
        """For many texts: one batch a core at once, which never wait for each other."""
        n = self._threads or os.cpu_count() or 1
        return openvino().AsyncInferQueue(self._compiled(n, streams=n), n)

    def _compiled(self, threads: int, *, streams: int) -> Any:  # noqa: ANN401
        ov, weights = openvino(), _mapped(self._folder / WEIGHTS)
        core = ov.Core()
        graph = core.read_model(
            (self._folder / GRAPH).read_text(encoding="utf-8"),
            ov.Tensor(np.frombuffer(weights, dtype=np.uint8), shared_memory=True),
        )
        hints = {
            "INFERENCE_PRECISION_HINT": "f32",  # bfloat16, where a processor has it, is lossy
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": streams,
            # Left on, each process binds its first thread to the first core: two on this machine,
            # of one thread each, made 81 + 83 texts a second there instead of 160 + 159.
            "ENABLE_CPU_PINNING": False,
        }
        compiled = core.compile_model(graph, "CPU", hints)
        compiled(self._padded(self._tokens([""])))  # the first text makes the last of the copies
        _let_go(weights)
        return compiled


@cache
def _mapped(weights: Path) -> mmap.mmap:
    """A file in memory for as long as the program runs: a graph that reads from it cannot hold it.

    Private to this program, since OpenVINO takes no read-only array; nobody writes to it.
    """
    with weights.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def _let_go(weights: mmap.mmap) -> None:
    """Give the pages of a compiled graph's weights back to the system, which still has the file.

    The layers have copies of their own by now; what is read again are the vectors of the words that
    are asked. Of 400 MiB that a server held 80 were these pages (python -m benchmarks speed).
    """
    if hasattr(weights, "madvise"):
        weights.madvise(mmap.MADV_DONTNEED)


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows in batches of similar length and at most BATCH_TOKENS tokens, the padding included."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
