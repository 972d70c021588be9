"""How long a question would wait, reckoned from how fast replies came."""

import pytest

from assistant.web.pace import FIRST_S, MAX_WAIT_S, MOST_S, NEWEST, Pace


def test_before_any_reply_a_wait_is_reckoned_with_what_is_assumed() -> None:
    assert Pace().wait_s(0) == 0
    assert Pace().wait_s(10) == pytest.approx(10 * FIRST_S)


def test_replies_at_one_pace_are_reckoned_with_that_pace() -> None:
    pace = Pace()
    for number in range(200):
        pace.done(number * 0.25, 0.5, all_busy=True)

    assert pace.wait_s(8) == pytest.approx(2.0, rel=1e-3)


def test_one_slow_reply_counts_little() -> None:
    pace = Pace()
    pace.done(0.0, FIRST_S, all_busy=True)
    pace.done(1.0, 2.0, all_busy=True)

    assert pace.wait_s(1) == pytest.approx(FIRST_S + NEWEST * (1.0 - FIRST_S))


def test_an_interval_that_began_while_a_worker_was_free_is_no_pace() -> None:
    pace = Pace()
    pace.done(0.0, FIRST_S, all_busy=False)
    pace.done(50.0, FIRST_S, all_busy=True)

    assert pace.wait_s(1) == pytest.approx(FIRST_S)


def test_the_last_reply_of_a_queue_counts_too() -> None:
    pace = Pace()
    pace.done(0.0, FIRST_S, all_busy=True)
    pace.done(1.0, 2.0, all_busy=False)

    assert pace.wait_s(1) == pytest.approx(FIRST_S + NEWEST * (1.0 - FIRST_S))


def test_a_minute_of_sleep_teaches_no_more_than_the_longest_wait() -> None:
    pace = Pace()
    pace.done(0.0, FIRST_S, all_busy=True)
    pace.done(60.0, 60.0, all_busy=True)

    assert pace.wait_s(1) == pytest.approx(FIRST_S + NEWEST * (MAX_WAIT_S - FIRST_S))


def test_at_the_slowest_pace_one_question_may_still_wait() -> None:
    pace = Pace()
    for number in range(1000):
        pace.done(number * 60.0, 60.0, all_busy=True)

    assert 0.99 * MOST_S < pace.wait_s(1) <= MAX_WAIT_S < pace.wait_s(2)


def test_replies_that_nobody_waits_behind_bring_the_estimate_down_and_never_up() -> None:
    pace = Pace()
    pace.done(0.0, FIRST_S, all_busy=True)
    pace.done(1.0, 2.0, all_busy=False)
    slow = pace.wait_s(1)

    pace.done(2.0, 0.02, all_busy=False)
    after_a_fast_one = pace.wait_s(1)
    pace.done(9.0, 7.0, all_busy=False)

    assert after_a_fast_one == pytest.approx(slow - NEWEST * (slow - 0.02))
    assert pace.wait_s(1) == after_a_fast_one
