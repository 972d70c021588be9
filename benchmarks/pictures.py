"""Pictures as SVG: of abstention, risk against coverage and how reliable a strength is; bars."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from benchmarks.abstention import Asked, risk_coverage

SIZE, MARGIN = 360, 48  # pixels: the square that is plotted in, and the room around it
BINS = 10
BAR = 32  # pixels from one bar to the next
Points = Sequence[tuple[float, float]]


def draw(asked: Sequence[Asked], folder: Path, *, name: str) -> tuple[Path, Path]:
    """Write `NAME-risk-coverage.svg` and `NAME-reliability.svg` into a folder.

    Raises:
        ValueError: there are no questions.
    """
    if not asked:
        raise ValueError("nothing to draw")
    folder.mkdir(parents=True, exist_ok=True)
    risk, reliable = folder / f"{name}-risk-coverage.svg", folder / f"{name}-reliability.svg"
    labels = ("share of questions answered", "share of answers to unanswerable questions")
    risk.write_text(_chart(f"{name}: risk and coverage", *labels, risk_coverage(asked)))
    labels = ("strength, from weakest to strongest", "share of questions that are answerable")
    reliable.write_text(_chart(f"{name}: reliability", *labels, reliability(asked), dots=True))
    return risk, reliable


def reliability(asked: Sequence[Asked]) -> list[tuple[float, float]]:
    """(mean strength scaled to 0..1, share answerable) of ten bins with equally many questions."""
    ordered = sorted(asked, key=lambda a: a.strength)
    low, high = ordered[0].strength, ordered[-1].strength
    points = []
    for bin_ in np.array_split(np.arange(len(ordered)), min(BINS, len(ordered))):
        members = [ordered[i] for i in bin_]
        strength = float(np.mean([m.strength for m in members]))
        share = float(np.mean([m.is_answerable for m in members]))
        points.append(((strength - low) / ((high - low) or 1.0), share))
    return points


def bars(title: str, found: Mapping[str, tuple[float, str]]) -> str:
    """A bar a name, as long as its number, with its label at the end.

    Raises:
        ValueError: no number is above zero.
    """
    longest = max((number for number, _ in found.values()), default=0.0)
    if longest <= 0:
        raise ValueError("nothing to draw")
    width, height = 640, 48 + BAR * len(found)
    drawn = []
    for place, (name, (number, label)) in enumerate(found.items()):
        y, length = 40 + BAR * place, 340 * number / longest
        drawn.append(
            f'<text x="104" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="112" y="{y}" width="{length:.1f}" height="22" fill="#0b5cad"/>'
            f'<text x="{120 + length:.1f}" y="{y + 16}">{escape(label)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="{width / 2:g}" y="24" text-anchor="middle">{escape(title)}</text>'
        f"{''.join(drawn)}</svg>\n"
    )


def _chart(title: str, x_label: str, y_label: str, points: Points, *, dots: bool = False) -> str:
    """A line chart over the unit square, readable on light and dark ground."""
    side = SIZE + 2 * MARGIN
    at = [(MARGIN + x * SIZE, MARGIN + (1 - y) * SIZE) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in at) if dots else ""
    ticks = "".join(_tick(step / 4) for step in range(5))
    middle = side / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title>'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<text x="{middle}" y="24" text-anchor="middle">{escape(title)}</text>'
        f'<text x="{middle}" y="{side - 8}" text-anchor="middle">{escape(x_label)}</text>'
        f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text>{ticks}"
        f'<polyline points="{line}" fill="none" stroke="#0b5cad" stroke-width="2"/>'
        f'<g fill="#0b5cad">{marks}</g></svg>\n'
    )


def _tick(share: float) -> str:
    """A grid line and its label on both axes."""
    x, y, end = MARGIN + share * SIZE, MARGIN + (1 - share) * SIZE, MARGIN + SIZE
    return (
        f'<path d="M{x} {MARGIN}V{end}M{MARGIN} {y}H{end}" stroke="#ccc"/>'
        f'<text x="{x}" y="{end + 15}" text-anchor="middle">{share:g}</text>'
        f'<text x="{MARGIN - 6}" y="{y + 4}" text-anchor="end">{share:g}</text>'
    )
