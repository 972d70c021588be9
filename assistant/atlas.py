"""The library as a map: every passage a point, passages of like words close together.

The two directions are those in which the passages' vectors differ most (principal components), and
have no other meaning. A question is put on the map as the retriever sees it.
"""

from dataclasses import dataclass

import numpy as np

from ingest import Index, Place, Vectors

MARGIN = 0.04  # of the map's side, on every side, so that no point is cut
MAX_FITTED = 20_000  # passages that the directions are taken from, evenly spread; all are placed


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """Points in the unit square, y upwards. Row i of `points` is the passage at `places[i]`."""

    generation: str
    places: tuple[Place, ...]
    points: Vectors
    _centre: Vectors
    _axes: Vectors
    _low: Vectors
    _span: Vectors

    def point_of(self, vector: Vectors) -> tuple[float, float]:
        """Where a question with this vector lies; at the edge where it would lie outside."""
        x, y = _placed(vector.reshape(1, -1), self._centre, self._axes, self._low, self._span)[0]
        return float(min(max(x, 0.0), 1.0)), float(min(max(y, 0.0), 1.0))

    def point_at(self, document_id: str, offset: int) -> tuple[float, float] | None:
        """Where the passage lies that holds a document's character; None where none does."""
        for place, (x, y) in zip(self.places, self.points, strict=True):
            if place.document_id == document_id and place.start <= offset < place.end:
                return float(x), float(y)
        return None


def atlas_of(index: Index) -> Atlas:
    """The map of one generation; the same index gives the same map."""
    vectors = index.passage_vectors.vectors()
    fitted = vectors[:: max(1, len(vectors) // MAX_FITTED)]
    centre = fitted.mean(axis=0)
    axes = _principal(fitted - centre)
    plane = (vectors - centre) @ axes
    low = plane.min(axis=0)
    span = np.maximum(plane.max(axis=0) - low, np.float32(1e-6))
    return Atlas(
        generation=index.manifest.generation,
        places=tuple(passage.place for passage in index.passages),
        points=_placed(vectors, centre, axes, low, span),
        _centre=centre,
        _axes=axes,
        _low=low,
        _span=span,
    )


def _principal(centred: Vectors) -> Vectors:
    """The two directions of most variance, (d, 2); of each, the largest entry is positive."""
    _, directions = np.linalg.eigh(centred.T @ centred)
    axes = directions[:, [-1, -2]]
    largest = np.abs(axes).argmax(axis=0)
    return np.asarray(axes * np.sign(axes[largest, [0, 1]]), dtype=np.float32)


def _placed(
    vectors: Vectors, centre: Vectors, axes: Vectors, low: Vectors, span: Vectors
) -> Vectors:
    plane = ((vectors - centre) @ axes - low) / span
    return np.asarray(MARGIN + plane * (1 - 2 * MARGIN), dtype=np.float32)
