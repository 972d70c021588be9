"""Progress in a log: plain lines, few of them, with a rate and the time that is left."""

from collections.abc import Iterator

from ingest.progress import PlainLines


def lines_of(steps: list[tuple[float, str, int, int]]) -> list[str]:
    """What is written when (seconds, stage, done, total) are reported at those times."""
    times: Iterator[float] = iter([0.0, *(at for at, *_ in steps)])
    said: list[str] = []
    lines = PlainLines(said.append, clock=lambda: next(times))
    for _, stage, done, total in steps:
        lines(stage, done, total)
    return said


def test_a_line_comes_every_ten_seconds_with_rate_and_time_left() -> None:
    steps = [(1.0, "embed", 0, 9000), (5.0, "embed", 100, 9000), (11.0, "embed", 1400, 9000)]

    assert lines_of(steps) == [
        "embedding texts: 1,500 of 9,000, 150 a second, about 0.8 minutes left"
    ]


def test_a_stage_that_is_complete_says_so_at_once() -> None:
    assert lines_of([(1.0, "embed", 2, 4), (2.0, "embed", 2, 4)]) == [
        "embedding texts: 4 of 4, 4 a second"
    ]


def test_where_the_total_is_not_known_none_is_named() -> None:
    assert lines_of([(1.0, "read", 1, 0), (12.0, "read", 21, 0)]) == [
        "reading articles: 22, 2 a second"
    ]
