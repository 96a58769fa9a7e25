"""The same work on many items, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def each(items: Sequence[T], work: Callable[[T], Awaitable[R]], concurrency: int) -> list[R]:
    """Return the results of `work` in the order of `items`. The first error ends all of it and is raised as it is."""
    results: dict[int, R] = {}
    queue = iter(enumerate(items))

    async def take() -> None:
        for index, item in queue:
            results[index] = await work(item)

    tasks = [asyncio.create_task(take()) for _ in range(min(concurrency, len(items)))]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [results[index] for index in range(len(items))]
