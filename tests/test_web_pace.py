"""How long a question would wait, reckoned from how fast replies came."""

import pytest

from assistant.web.pace import FIRST_S, NEWEST, Pace


def test_before_any_reply_a_wait_is_reckoned_with_what_is_assumed() -> None:
    assert Pace().wait_s(0) == 0
    assert Pace().wait_s(10) == pytest.approx(10 * FIRST_S)


def test_replies_at_one_pace_are_reckoned_with_that_pace() -> None:
    pace = Pace()
    for number in range(200):
        pace.done(number * 0.25, was_busy=True)

    assert pace.wait_s(8) == pytest.approx(2.0, rel=1e-3)


def test_one_slow_reply_counts_little() -> None:
    pace = Pace()
    pace.done(0.0, was_busy=True)
    pace.done(1.0, was_busy=True)

    assert pace.wait_s(1) == pytest.approx(FIRST_S + NEWEST * (1.0 - FIRST_S))


def test_a_pause_in_which_nobody_waited_is_no_pace() -> None:
    pace = Pace()
    pace.done(0.0, was_busy=True)
    pace.done(50.0, was_busy=False)
    pace.done(100.0, was_busy=True)

    assert pace.wait_s(1) == pytest.approx(FIRST_S)
