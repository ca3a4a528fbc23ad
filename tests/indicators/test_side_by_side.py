"""Two threads at most work side by side; what both need is worked out once."""

from collections.abc import Callable
from threading import Barrier, Event, Lock, current_thread
from time import sleep

import pytest

from tracker.indicators.once import Once
from tracker.indicators.side_by_side import side_by_side

PATIENCE = 30
"""Seconds until a thread that waits for one that never comes gives up."""


def test_answers_come_in_the_order_of_the_things_whoever_works_on_them() -> None:
    both = Barrier(2)

    def slow_first(number: int) -> tuple[int, str]:
        if number < 2:
            both.wait(PATIENCE)
        return number * 10, current_thread().name

    found = side_by_side(slow_first, range(6))
    assert [answer for answer, _ in found] == [0, 10, 20, 30, 40, 50]
    assert found[0][1] != found[1][1]


def test_no_more_than_two_threads_work_at_once_however_deep() -> None:
    lock, working, most = Lock(), set[str](), [0]

    def leaf(_number: int) -> None:
        with lock:
            working.add(current_thread().name)
            most[0] = max(most[0], len(working))
        sum(range(10_000))
        with lock:
            working.discard(current_thread().name)

    side_by_side(lambda _: side_by_side(lambda _: side_by_side(leaf, range(5)), range(5)), range(5))
    assert most[0] in (1, 2)


@pytest.mark.parametrize("wrong", [0, 1, 5])
def test_an_error_reaches_who_asked_and_the_next_question_is_answered(wrong: int) -> None:
    def fails(number: int) -> int:
        if number == wrong:
            raise ValueError(f"number {number}")
        return number

    with pytest.raises(ValueError, match=f"number {wrong}"):
        side_by_side(fails, range(6))
    names = side_by_side(_meeting(Barrier(2)), range(2))
    assert names[0] != names[1]


@pytest.mark.parametrize("interrupted", [0, 1])
def test_after_an_interruption_nothing_further_is_begun(interrupted: int) -> None:
    both, stopped, begun = Barrier(2), Event(), list[int]()

    def work(number: int) -> None:
        begun.append(number)
        both.wait(PATIENCE)
        if number == interrupted:
            stopped.set()
            raise KeyboardInterrupt
        stopped.wait(PATIENCE)
        # The one who was interrupted is on the way out.
        sleep(0.5)

    with pytest.raises(KeyboardInterrupt):
        side_by_side(work, range(50))
    assert sorted(begun) == [0, 1]


def _meeting(both: Barrier) -> Callable[[int], str]:
    def meet(_number: int) -> str:
        both.wait(PATIENCE)
        return current_thread().name

    return meet


def test_what_two_threads_ask_for_at_once_is_worked_out_once() -> None:
    once, both, worked = Once(), Barrier(2), []

    def ask(number: int) -> int:
        both.wait(PATIENCE)
        return once.of("answer", lambda: worked.append(number) or len(worked))  # type: ignore[func-returns-value]

    assert side_by_side(ask, range(2)) == [1, 1]
    assert len(worked) == 1


def test_what_failed_is_worked_out_again_for_the_next_who_asks() -> None:
    once = Once()
    with pytest.raises(ZeroDivisionError):
        once.of("answer", lambda: 1 // 0)
    assert "answer" not in once
    assert once.of("answer", lambda: 42) == 42
    assert once.of("answer", lambda: 43) == 42
