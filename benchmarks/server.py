"""The server as a process of its own, on a free loopback port, for benchmarks that load it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
START_S = 120
GRACE_S = 10
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens, and which process it is."""

    url: str
    process: subprocess.Popen[bytes]
    ready_s: float

    @property
    def resident_mib(self) -> float:
        """Memory that it holds, in MiB."""
        statm = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii")
        return int(statm.split()[1]) * PAGE_BYTES / 2**20

    @property
    def cpu_s(self) -> float:
        """Processor time that it has used, in seconds, both kinds, all threads."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def n_descriptors(self) -> int:
        """Files and sockets that it has open."""
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())


@contextmanager
def running(
    index: Path, *, env: Mapping[str, str] | None = None, port: int | None = None
) -> Iterator[Server]:
    """A server that is ready; ended by its id, killed when it does not end in time."""
    port = port or free_port()
    before = signal.signal(
        signal.SIGTERM, _leave
    )  # so that a benchmark that is stopped ends its server too
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "--index", str(index), "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield Server(url, process, time.perf_counter() - began)
    finally:
        end(process)
        signal.signal(signal.SIGTERM, before)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to stop, and kill it after `GRACE_S`."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _leave(number: int, _frame: object) -> None:
    """Turn a signal into an exit, which runs what `finally` holds."""
    sys.exit(128 + number)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise RuntimeError(f"no ready server at {url} (exit code {process.poll()})")
