"""SAFETY F8: many users at once. Requests go to the loopback only; every loop is bounded.

Four parts of one run, on the server's own machine, so that the driver's work counts against it:
users who think between questions, a burst, saturation against the bare encoder, and the page.
"""

import asyncio
import json
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from tempfile import NamedTemporaryFile

import httpx
import numpy as np

from benchmarks.server import Server
from ingest import Encoder

QUESTIONS = Path(__file__).parent / "data/starter_accept.jsonl"
TIMEOUT_S = 30.0
SATURATING = 32  # connections that each ask again at once
PAGE_USERS = (4, 16, 64)
# The questions in turn, as wrk's own language says it.
WRK = """
local bodies, i = {BODIES}, 0
request = function()
  i = i % #bodies + 1
  return wrk.format("POST", "/api/ask", {["Content-Type"] = "application/json"}, bodies[i])
end
"""
WRK_SAYS = {"answers": r"(\d+) requests in", "refused": r"Non-2xx or 3xx responses: (\d+)"}
Asking = Callable[[httpx.AsyncClient, str], Awaitable[int]]


@dataclass(slots=True)
class Tally:
    """Statuses and seconds of requests; a transport error counts under its name."""

    statuses: Counter[int | str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    async def time(self, asking: Awaitable[int]) -> None:
        """Wait for one request and note how it went."""
        began = time.perf_counter()
        try:
            status: int | str = await asking
        except httpx.TransportError as error:
            status = type(error).__name__
        self.seconds.append(time.perf_counter() - began)
        self.statuses[status] += 1

    def to_json(self) -> dict[str, object]:
        """Counts, and milliseconds at the median, the 99th percentile and the worst."""
        p50, p99, worst = np.percentile(np.array(self.seconds or [0.0]) * 1000, (50, 99, 100))
        return {
            "n": len(self.seconds),
            "statuses": {str(status): n for status, n in sorted(self.statuses.items(), key=str)},
            "p50_ms": round(float(p50), 1),
            "p99_ms": round(float(p99), 1),
            "max_ms": round(float(worst), 1),
        }


def read_questions(path: Path = QUESTIONS) -> list[str]:
    """The questions that users ask, in the order of the file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]


async def ask(client: httpx.AsyncClient, question: str) -> int:
    """One question to the JSON route; its status."""
    response = await client.post("/api/ask", json={"question": question})
    return response.status_code


async def think(server: Server, *, users: int, think_s: float, seconds: float) -> Tally:
    """Users who ask, read for `think_s` on average (uniform from half to one and a half), ask."""
    tally, questions = Tally(), cycle(read_questions())
    until = time.monotonic() + seconds

    async def user(client: httpx.AsyncClient, dice: random.Random) -> None:
        await asyncio.sleep(dice.uniform(0, think_s))
        while time.monotonic() < until:
            await tally.time(ask(client, next(questions)))
            await asyncio.sleep(think_s * dice.uniform(0.5, 1.5))

    async with _client(server) as client:
        await asyncio.gather(*(user(client, random.Random(n)) for n in range(users)))
    return tally


async def burst(server: Server, *, n: int) -> Tally:
    """`n` questions at the same moment, each over a connection of its own."""
    tally, questions = Tally(), cycle(read_questions())
    async with _client(server) as client:
        await asyncio.gather(*(tally.time(ask(client, next(questions))) for _ in range(n)))
    return tally


async def saturate(
    server: Server, *, users: int, seconds: float, asking: Asking = ask
) -> tuple[Tally, float]:
    """Users who never think; with the answers a second that they got."""
    tally, questions = Tally(), cycle(read_questions())
    began = time.monotonic()

    async def user(client: httpx.AsyncClient) -> None:
        while time.monotonic() < began + seconds:
            await tally.time(asking(client, next(questions)))

    async with _client(server) as client:
        await asyncio.gather(*(user(client) for _ in range(users)))
    return tally, tally.statuses[200] / (time.monotonic() - began)


def saturate_with_wrk(server: Server, *, users: int, seconds: float) -> tuple[float, Counter[str]]:
    """Answers a second that `wrk` gets, and its counts: a driver that leaves the server the cores.

    Raises:
        FileNotFoundError: wrk is not installed.
    """
    bodies = ",".join(json.dumps(json.dumps({"question": q})) for q in read_questions())
    with NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK.replace("BODIES", bodies))
        script.flush()
        how = ["-t1", f"-c{users}", f"-d{seconds:.0f}s", "-s", script.name, server.url]
        ran = subprocess.run(["wrk", *how], capture_output=True, text=True, check=True)
    found = {name: re.search(pattern, ran.stdout) for name, pattern in WRK_SAYS.items()}
    counts = Counter({name: int(match[1]) for name, match in found.items() if match})
    return (counts["answers"] - counts["refused"]) / seconds, counts


async def ask_on_page(client: httpx.AsyncClient, question: str) -> int:
    """One question as the page asks it: join the queue, read its stream to the end."""
    session = f"load{next(SESSIONS)}"
    joined = await client.post(
        "/page/gradio_api/queue/join",
        json={"data": [question, None, None], "fn_index": 0, "session_hash": session},
    )
    if joined.status_code != httpx.codes.OK:
        return joined.status_code
    stream = "/page/gradio_api/queue/data"
    async with client.stream("GET", stream, params={"session_hash": session}) as events:
        async for line in events.aiter_lines():
            if '"process_completed"' in line:
                return 200 if '"success":true' in line.replace(" ", "") else 500
            if '"queue_full"' in line:
                return 429
    return 500


SESSIONS = count()


def bare_encoder(encoder: Encoder, *, seconds: float) -> tuple[float, float]:
    """Questions a second that become vectors, one after another, with nothing else to do.

    And the processor's milliseconds for each, which other work on the machine changes less.
    """
    questions = read_questions()
    encoder.encode(questions[:1])
    began, used = time.perf_counter(), time.process_time()
    for n, question in enumerate(cycle(questions), 1):
        encoder.encode([question])
        if (elapsed := time.perf_counter() - began) >= seconds:
            return n / elapsed, 1000 * (time.process_time() - used) / n
    raise AssertionError("a cycle does not end")


async def measure(
    server: Server, encoder: Encoder, *, users: int, think_s: float, seconds: float
) -> dict[str, object]:
    """All four parts. The encoder is measured in this process while the server is idle."""
    bare, bare_cpu_ms = bare_encoder(encoder, seconds=min(10.0, seconds))
    thinking = await think(server, users=users, think_s=think_s, seconds=seconds)
    at_once = await burst(server, n=500)
    used = server.cpu_s
    saturated, per_s = await saturate(server, users=SATURATING, seconds=min(20.0, seconds))
    cpu_ms = 1000 * (server.cpu_s - used) / max(1, saturated.statuses[200])
    by_wrk: dict[str, object] = {}
    if shutil.which("wrk"):
        wrk_per_s, counts = saturate_with_wrk(server, users=SATURATING, seconds=min(20.0, seconds))
        by_wrk = {**counts, "per_s": round(wrk_per_s, 1), "ratio": round(wrk_per_s / bare, 3)}
    page = {}
    for n in PAGE_USERS:
        tally, page_per_s = await saturate(server, users=n, seconds=10.0, asking=ask_on_page)
        page[n] = {**tally.to_json(), "per_s": round(page_per_s, 1)}
    return {
        "users": users,
        "think_s": think_s,
        "think": thinking.to_json(),
        "burst_500": at_once.to_json(),
        "saturated": {**saturated.to_json(), "per_s": round(per_s, 1)},
        "saturated_by_wrk": by_wrk,
        "bare_encoder_per_s": round(bare, 1),
        "ratio": round(per_s / bare, 3),
        "cpu_ms_an_answer": round(cpu_ms, 2),
        "bare_encoder_cpu_ms": round(bare_cpu_ms, 2),
        "page": page,
        "ready_s": round(server.ready_s, 2),
        "resident_mib": round(server.resident_mib),
    }


def _client(server: Server) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT_S, limits=limits)
