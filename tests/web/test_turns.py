"""Requests are worked on one after the other; a long one holds nobody up for long."""

from threading import Event, Thread
from time import monotonic, sleep

import pytest

from tests.web.conftest import MakeSite
from web.auth import gate
from web.turns import Turns


def test_the_next_goes_when_the_turn_is_given_back() -> None:
    turns, gone = Turns(longest=60), Event()
    first = turns.take()

    def second() -> None:
        turns.give_back(turns.take())
        gone.set()

    thread = Thread(target=second)
    thread.start()
    assert not gone.wait(0.05)
    turns.give_back(first)
    assert gone.wait(5)
    thread.join()
    turns.give_back(turns.take())


def test_whoever_came_first_goes_first_and_nobody_who_comes_later_goes_before() -> None:
    turns, order = Turns(longest=60), list[str]()
    mine = turns.take()

    def other(name: str) -> None:
        taken = turns.take()
        order.append(name)
        turns.give_back(taken)

    threads = [Thread(target=other, args=(name,)) for name in ("first", "second", "third")]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        _until_so_many_wait(turns, number)
    turns.give_back(mine)
    mine = turns.take()
    order.append("who came back")
    turns.give_back(mine)
    for thread in threads:
        thread.join()
    assert order == ["first", "second", "third", "who came back"]


def _until_so_many_wait(turns: Turns, number: int) -> None:
    begun = monotonic()
    while len(turns._waiting) != number:
        assert monotonic() - begun < 30
        sleep(0.001)


def test_only_the_first_waits_for_a_turn_that_takes_too_long() -> None:
    turns = Turns(longest=0.2)
    long = turns.take()
    begun = monotonic()
    second = turns.take()
    assert 0.1 < monotonic() - begun < 5
    # The one that took too long has lost its turn, so that its end lets nobody in beside the second.
    turns.give_back(long)
    begun = monotonic()
    third = turns.take()
    assert monotonic() - begun > 0.1
    turns.give_back(second)
    turns.give_back(third)
    begun = monotonic()
    turns.take()
    assert monotonic() - begun < 0.1


def test_a_request_that_fails_gives_its_turn_back(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "Turns", lambda: Turns(longest=60))
    site = make_site()
    site.app.testing = False
    client = site.client("demo-advisor-1")
    _broken.permission = "day"  # type: ignore[attr-defined]
    site.app.view_functions["my_day.search_form"] = _broken
    begun = monotonic()
    assert client.get("/search").status_code == 500
    assert client.get("/day").status_code == 200
    assert client.get("/participants/no-such-page").status_code == 404
    assert client.get("/account").status_code == 200
    assert monotonic() - begun < 30


def _broken() -> str:
    raise RuntimeError("a page that cannot be made")
