"""The reference: a sentence-transformers model on torch, which makes the graph and judges it."""

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.embed.encoder import Vectors
from ingest.records import EncoderIdentity

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEncoder:
    """A sentence-transformers model in a folder, on the CPU, loaded at its first use."""

    def __init__(self, folder: Path, *, name: str, weights_sha256: str) -> None:
        self.folder = folder
        self.name = name
        self.weights_sha256 = weights_sha256
        self._turn = threading.Lock()  # fast tokenizers fail when two threads pad at once

    @cached_property
    def identity(self) -> EncoderIdentity:
        """Name, weights, dimension and window of this model."""
        return EncoderIdentity(
            name=self.name,
            weights_sha256=self.weights_sha256,
            dimension=self.model.get_embedding_dimension() or 0,
            max_tokens=int(self.model.max_seq_length or 0),
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, d), rows L2-normalised. Text beyond the model's window is not seen."""
        if not texts:
            return np.zeros((0, self.identity.dimension), dtype=np.float32)
        with self._turn:
            vectors = self.model.encode(
                list(texts),
                batch_size=len(texts),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def model(self) -> "SentenceTransformer":
        """Imported late: torch and sentence-transformers take seconds; answering needs neither."""
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        # It draws on stderr for half a second's work.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(
            str(self.folder), device="cpu", local_files_only=True, trust_remote_code=False
        )

    def export(self, folder: Path) -> None:
        """Write graph.xml, graph.bin and tokenizer.json: text to unit vector, pooling and all.

        The graph is traced from the whole model, so its own modules.json decides the pooling. The
        tokenizer is the one that the model uses, with its window and its padding token.

        Raises:
            Exception: torch, transformers and openvino raise many kinds; all mean "no graph".
        """
        import torch

        from ingest.embed.graph import GRAPH, TOKENIZER, openvino

        class Traced(torch.nn.Module):
            def __init__(self, model: "SentenceTransformer") -> None:
                super().__init__()
                self.model = model

            def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> object:
                features = {"input_ids": input_ids, "attention_mask": attention_mask}
                return torch.nn.functional.normalize(
                    self.model(features)["sentence_embedding"], p=2.0, dim=1
                )

        ov = openvino()
        example = torch.ones(2, 7, dtype=torch.int64)
        with torch.no_grad(), _quiet():
            graph = ov.convert_model(Traced(self.model.eval()), example_input=(example, example))
        ov.save_model(graph, str(folder / GRAPH), compress_to_fp16=False)
        self._tokenizer_json(folder / TOKENIZER)

    def _tokenizer_json(self, path: Path) -> None:
        """The model's own tokenizer, cut to its window, padding each batch to its longest."""
        source = self.model.tokenizer
        tokenizer = type(source.backend_tokenizer).from_str(source.backend_tokenizer.to_str())
        tokenizer.enable_truncation(self.identity.max_tokens)
        tokenizer.enable_padding(pad_id=source.pad_token_id, pad_token=source.pad_token)
        tokenizer.save(str(path))


@contextmanager
def _quiet() -> Iterator[None]:
    """Tracing warns of branches that it freezes; the parity check is what judges the result."""
    from transformers.utils import logging

    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
