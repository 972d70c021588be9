"""Stage 4, embed: texts -> float32 (n, d), rows L2-normalised; and where the model comes from."""

from ingest.embed.encoder import Encoder, Vectors, begin
from ingest.embed.load import find_model, load_encoder
from ingest.embed.texts import embed, search_copy

__all__ = ["Encoder", "Vectors", "begin", "embed", "find_model", "load_encoder", "search_copy"]
