"""SAFETY F9: very many questions; memory and open files must not grow. Loopback only, bounded."""

import asyncio
import random
from collections import Counter
from statistics import median

import httpx

from benchmarks.load import read_questions
from benchmarks.server import Server

USERS = 8
SAMPLES = 100  # how often memory and descriptors are read
# Sent now and then, with the status that each must get.
ODD: tuple[tuple[dict[str, object], int], ...] = (
    ({"content": b"not json", "headers": {"content-type": "application/json"}}, 422),
    ({"json": {"question": 7}}, 422),
    ({"content": b"x" * 70_000}, 413),
    ({"json": {"question": "x" * 50_000}}, 200),
    ({"json": {"question": "?"}, "headers": {"host": "elsewhere.example"}}, 421),
)


async def soak(server: Server, *, n: int) -> dict[str, object]:
    """Ask `n` questions, each worded once, and say what grew after the first tenth.

    `grew_mib`: median of the last tenth of the samples less that of the second tenth.
    """
    dice = random.Random(9)
    asked, wrong = iter(range(n)), Counter[str]()
    memory: list[float] = []
    descriptors: list[int] = []

    async def user(client: httpx.AsyncClient) -> None:
        for number in asked:
            request, expected = _request(number, dice)
            response = await client.post("/api/ask", **request)  # type: ignore[arg-type]
            if response.status_code != expected:
                wrong[f"{response.status_code} for {expected}"] += 1
            if number % max(1, n // SAMPLES) == 0:
                memory.append(server.resident_mib)
                descriptors.append(server.n_descriptors)

    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        await asyncio.gather(*(user(client) for _ in range(USERS)))
    tenth = max(1, len(memory) // 10)
    return {
        "questions": n,
        "wrong": dict(wrong),
        "warm_mib": round(median(memory[tenth : 2 * tenth]), 1),
        "last_mib": round(median(memory[-tenth:]), 1),
        "grew_mib": round(median(memory[-tenth:]) - median(memory[tenth : 2 * tenth]), 1),
        "descriptors": [descriptors[tenth], descriptors[-1]],
    }


def _request(number: int, dice: random.Random) -> tuple[dict[str, object], int]:
    """A question nobody asked before, or, one time in fifty, something odd."""
    if number % 50 == 49:
        return ODD[(number // 50) % len(ODD)]
    words = " ".join(dice.sample(("since", "may", "in", "my", "left", "arm", "at", "night"), 3))
    return {"json": {"question": f"{dice.choice(QUESTIONS)} {words} {number}"}}, 200


QUESTIONS = read_questions()
