"""An exported encoder: the model's weights as a graph for OpenVINO, and its tokenizer. No torch."""

import os
import sys
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embed.encoder import Vectors
from ingest.records import EncoderIdentity


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
        self._turn = threading.Lock()  # fast tokenizers fail when two threads pad at once

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, d), rows L2-normalised. Text beyond the model's window is not seen."""
        if not texts:
            return np.zeros((0, self.identity.dimension), dtype=np.float32)
        with self._turn:
            encoded = self._tokenizer.encode_batch_fast(list(texts))
            ids = np.array([e.ids for e in encoded], dtype=np.int64)
            mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
            request = self._one if len(texts) == 1 else self._many
            vectors = request.infer([ids, mask], share_inputs=True)[0]
            return np.array(vectors, dtype=np.float32)  # a copy: the request reuses its buffer

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 - tokenizers ships no types
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._folder / "tokenizer.json"))

    @cached_property
    def _one(self) -> Any:  # noqa: ANN401 - openvino comes late
        """For one question: on one thread, since two wait for each other on a busy machine."""
        return self._compiled(self._threads or 1)

    @cached_property
    def _many(self) -> Any:  # noqa: ANN401 - openvino comes late
        """For a batch: on every core."""
        return self._compiled(self._threads or os.cpu_count() or 1)

    def _compiled(self, n_threads: int) -> Any:  # noqa: ANN401 - openvino comes late
        core = openvino().Core()
        graph = core.read_model(str(self._folder / "graph.xml"))
        hints = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": n_threads,
            "NUM_STREAMS": 1,
        }
        return core.compile_model(graph, "CPU", hints).create_infer_request()
