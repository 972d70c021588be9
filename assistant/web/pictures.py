"""Two pictures of the library, drawn by matplotlib as SVG: a map of passages, a timeline of dates.

The only file that imports matplotlib, and not before someone opens the library page. No words of an
article are drawn: titles stand beside the pictures, in HTML.
"""

import threading
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.atlas import Atlas
from assistant.safety import sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Each is at least 3:1 against both papers of the page; shapes tell them apart without colour.
COLOURS = (
    "#2b7bba", "#d55e00", "#00875f", "#c2508b", "#8467c7", "#857f1f", "#0f8ba0", "#cf4446",
)  # fmt: skip
SHAPES = ("o", "s", "^", "D", "v", "P", "X", "*")
OTHER = "#808080"
INKS = {"light": "#1c2425", "dark": "#e7eae8"}
MAX_VECTOR_POINTS = 2000  # beyond it the points are one image inside the SVG
MAP_INCHES, TIMELINE_INCHES = (7.2, 5.4), (7.2, 2.6)
_ONE_AT_A_TIME = threading.Lock()  # matplotlib's settings are the process's


def draw_map(atlas: Atlas, coloured: Sequence[str]) -> bytes:
    """The points of a map as SVG, those of the `coloured` document ids each in a look of its own.

    The picture is the unit square, so that a place on it is a share of its width and height.
    """
    points = np.asarray(atlas.points)
    owners = np.array([place.document_id for place in atlas.places], dtype=object)
    with _ONE_AT_A_TIME:
        figure = _figure(MAP_INCHES)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.axis("off")
        style: dict[str, Any] = {
            "alpha": 0.75,
            "linewidths": 0,
            "rasterized": len(points) > MAX_VECTOR_POINTS,
        }
        others = points[~np.isin(owners, list(coloured))]
        axes.scatter(others[:, 0], others[:, 1], s=12, c=OTHER, **style)
        for look, document_id in enumerate(coloured[: len(COLOURS)]):
            own = points[owners == document_id]
            axes.scatter(own[:, 0], own[:, 1], s=40, c=COLOURS[look], marker=SHAPES[look], **style)
        return _svg(figure)


def draw_timeline(years: Sequence[float], *, scheme: str) -> bytes:
    """How many sources there are of each year as SVG, in the ink of a colour scheme."""
    whole = np.floor(years).astype(int)
    with _ONE_AT_A_TIME:
        figure = _figure(TIMELINE_INCHES)
        axes = figure.add_axes((0.09, 0.18, 0.89, 0.76))
        counted, n_sources = np.unique(whole, return_counts=True)
        axes.bar(counted, n_sources, width=0.8, color=COLOURS[0])
        axes.set_ylabel(sentence("timeline_axis"))
        axes.locator_params(axis="both", integer=True)
        axes.set_xlim(counted[0] - 1, counted[-1] + 1)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for coloured in (*axes.spines.values(),):
            coloured.set_color(INKS[scheme])
        axes.tick_params(colors=INKS[scheme])
        axes.yaxis.label.set_color(INKS[scheme])
        return _svg(figure)


def _figure(inches: tuple[float, float]) -> "Figure":
    """A figure of its own: pyplot keeps every figure alive and is not safe in threads."""
    from matplotlib.figure import Figure

    return Figure(figsize=inches, dpi=150)


def _svg(figure: "Figure") -> bytes:
    """The picture without a ground and without the time and version that it was made with."""
    import matplotlib as mpl

    written = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "quoth", "svg.fonttype": "path"}):
        figure.savefig(
            written, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    return written.getvalue()
