import asyncio

import pytest

from boot.feed import Feed, FeedGone


def test_readers_at_any_pace_see_every_item_in_order() -> None:
    feed: Feed[int] = Feed(1000)
    positions, seen = [0, 0, 0], [[], [], []]  # type: tuple[list[int], list[list[int]]]
    for number in range(1, 501):
        feed.publish(number)
        for reader, pace in enumerate((1, 7, 50)):
            if number % pace == 0:
                for position, item in feed.after(positions[reader], most=pace):
                    positions[reader] = position
                    seen[reader].append(item)
    assert [len(items) for items in seen] == [500, 497, 500]
    assert seen[1] == list(range(1, 498))


def test_a_reader_that_fell_behind_is_told_so() -> None:
    feed: Feed[str] = Feed(2)
    for text in "abc":
        feed.publish(text)
    with pytest.raises(FeedGone):
        feed.after(0)
    assert feed.after(1) == [(2, "b"), (3, "c")]
    assert feed.after(3) == []


def test_numbers_come_from_outside_and_only_go_up() -> None:
    feed: Feed[str] = Feed(10, start=40)
    feed.publish("x", 45)
    assert feed.after(44) == [(45, "x")]
    assert feed.after(40) == [(45, "x")]
    with pytest.raises(ValueError, match="only go up"):
        feed.publish("y", 45)


async def test_waiting_ends_with_the_first_newer_item_and_never_misses_one() -> None:
    feed: Feed[int] = Feed(10)
    waiting = asyncio.create_task(feed.wait(0))
    await asyncio.sleep(0)
    assert not waiting.done()
    feed.publish(1)
    await waiting
    await feed.wait(0)


async def test_a_feed_that_begins_anew_tells_every_reader_so_also_those_that_wait() -> None:
    feed: Feed[str] = Feed(10)
    feed.publish("x")
    waiting = asyncio.create_task(feed.wait(1))
    await asyncio.sleep(0)
    feed.restart(7)
    await waiting
    with pytest.raises(FeedGone):
        feed.after(1)
    assert feed.after(7) == []
    assert feed.publish("y") == 8
    assert feed.after(7) == [(8, "y")]
    with pytest.raises(ValueError, match="only go up"):
        feed.restart(8)
