"""What has been decoded lately, kept in the memory of this process within a number of bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Knows about how much memory it takes."""

    @property
    def byte_count(self) -> int: ...


T = TypeVar("T", bound=Sized)


@dataclass(slots=True)
class _Place(Generic[T]):
    thing: T
    lock: threading.Lock = field(default_factory=threading.Lock)
    byte_count: int = 0


class Shelf(Generic[T]):
    """Things by key; when they take more than `most_bytes`, those not used for longest go.

    A thing is used by one thread at a time. One that is larger than the shelf is made anew each time.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.byte_count = 0
        self._places: OrderedDict[Hashable, _Place[T]] = OrderedDict()
        self._guard = threading.Lock()

    @contextmanager
    def use(self, key: Hashable, make: Callable[[], T]) -> Iterator[T]:
        """Lend the thing of this key, making it first if need be. It may grow meanwhile."""
        with self._guard:
            place = self._places.get(key)
            if place is None:
                place = self._places[key] = _Place(make())
            self._places.move_to_end(key)
        with place.lock:
            yield place.thing
            size = place.thing.byte_count
        self._weigh(key, place, size)

    def drop(self, key: Hashable) -> None:
        """Forget the thing of this key. Nothing happens where there is none."""
        with self._guard:
            place = self._places.pop(key, None)
            self.byte_count -= place.byte_count if place else 0

    def clear(self) -> None:
        with self._guard:
            self._places.clear()
            self.byte_count = 0

    def _weigh(self, key: Hashable, place: _Place[T], size: int) -> None:
        with self._guard:
            if self._places.get(key) is not place:
                return
            self.byte_count += size - place.byte_count
            place.byte_count = size
            while self.byte_count > self.most_bytes and self._places:
                _, oldest = self._places.popitem(last=False)
                self.byte_count -= oldest.byte_count
