"""What was drawn once is shown again, as long as everything it was drawn from is the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Drawn = TypeVar("Drawn")


PARTS = 512
"""Parts of a page's frame that are kept; one takes some kilobytes."""


class KeptByContent(Generic[Drawn]):
    """The last few results of an expensive drawing, each by the whole content it shows.

    Nothing is ever told to forget: who changes the content asks for something else. ``most`` bounds the memory.
    """

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, content: Hashable, draw: Callable[[], Drawn]) -> Drawn:
        """The drawing of a content; ``draw`` is called when it is not among the last ones."""
        with self._lock:
            if content in self._kept:
                self._kept.move_to_end(content)
                return self._kept[content]
        drawn = draw()
        with self._lock:
            self._kept[content] = drawn
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return drawn


def kept_part(parts: KeptByContent[str]) -> Callable[..., str]:
    """For templates: ``{% call kept_part('name', …) %}`` draws its block once for each content; all that the block shows must be named."""

    def part(*content: Hashable, caller: Callable[[], str]) -> str:
        return parts.get(content, caller)

    return part
