"""So many inside, so many waiting, the rest come back later."""

import asyncio

import pytest

from apps.core.errors import Busy
from apps.core.gate import Gate


class Visitor:
    """Somebody who stays inside until told to leave."""

    def __init__(self, gate):
        self.leave = asyncio.Event()
        self.entered = asyncio.Event()
        self.task = asyncio.create_task(self._visit(gate))

    async def _visit(self, gate):
        async with gate.passage():
            self.entered.set()
            await self.leave.wait()


async def settle():
    for _ in range(3):
        await asyncio.sleep(0)


async def test_only_so_many_are_inside_and_the_others_follow_in_order():
    gate = Gate(width=2, queue=10)
    visitors = [Visitor(gate) for _ in range(4)]
    await settle()
    assert [visitor.entered.is_set() for visitor in visitors] == [True, True, False, False]
    assert (gate.inside_count, gate.waiting_count) == (2, 2)
    visitors[1].leave.set()
    await settle()
    assert [visitor.entered.is_set() for visitor in visitors] == [True, True, True, False]
    for visitor in visitors:
        visitor.leave.set()
        await visitor.task
    assert (gate.inside_count, gate.waiting_count) == (0, 0)


async def test_a_full_queue_is_told_to_come_back():
    gate = Gate(width=1, queue=2)
    visitors = [Visitor(gate) for _ in range(3)]
    await settle()
    with pytest.raises(Busy) as refused:
        async with gate.passage():
            pass
    assert refused.value.retry_after == 2
    with pytest.raises(Busy):
        gate.check()
    assert gate.refused_count == 2
    for visitor in visitors:
        visitor.leave.set()
        await visitor.task
    gate.check()


async def test_who_gives_up_waiting_leaves_no_gap():
    gate = Gate(width=1, queue=5)
    first, second, third = (Visitor(gate) for _ in range(3))
    await settle()
    second.task.cancel()
    first.leave.set()
    await asyncio.wait_for(third.entered.wait(), 1)
    third.leave.set()
    await third.task
    assert (gate.inside_count, gate.waiting_count) == (0, 0)


async def test_an_error_inside_opens_the_way_again():
    gate = Gate(width=1, queue=1)
    with pytest.raises(ZeroDivisionError):
        async with gate.passage():
            raise ZeroDivisionError
    async with gate.passage():
        assert gate.inside_count == 1
