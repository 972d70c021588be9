"""Kill -9 under load, start again: how long until it is ready, and whether anything was lost."""

import asyncio
import threading
from pathlib import Path

import httpx

from benchmarks.load import read_questions, saturate
from benchmarks.server import Server, free_port, running


def measure(index: Path, *, times: int) -> dict[str, object]:
    """Seconds to ready after each kill, and how many of the same questions got another reply."""
    port, ready, before = free_port(), [], None
    changed = 0
    for _ in range(times + 1):
        with running(index, port=port) as server:
            ready.append(round(server.ready_s, 2))
            replies = [_ask(server, question) for question in read_questions()]
            changed += sum(a != b for a, b in zip(before or replies, replies, strict=True))
            before = replies
            _kill_under_load(server)
    return {
        "kills": times,
        "ready_s": ready[1:],
        "max_ready_s": max(ready[1:]),
        "replies_that_changed": changed,
    }


def _ask(server: Server, question: str) -> object:
    asked = httpx.post(f"{server.url}/api/ask", json={"question": question}, timeout=60)
    return asked.json()


def _kill_under_load(server: Server) -> None:
    killer = threading.Timer(1.0, server.process.kill)
    killer.start()
    asyncio.run(saturate(server, users=8, seconds=2.0))
    killer.join()
