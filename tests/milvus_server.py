"""A Milvus in a process of its own: Lite, or a real server (2.3) where its package is at hand.

QUOTH_TEST_MILVUS names a Python that has the package `milvus`, which brings the server;
`make test-milvus` makes one and runs tests with it.
"""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.server import free_port

KILLED_S = 30
SERVE = """
import sys, time
from milvus import MilvusServer
server = MilvusServer(show_startup_banner=False)
server.set_base_dir(sys.argv[1])
server.listen_port = int(sys.argv[2])
server.start()
print(server.server_proc.pid, flush=True)
time.sleep(3600)
"""


class Server:
    """A process on a free port of the loopback, which may be killed and started again.

    The package's own starter takes another port where this one was just closed. So a server that is
    started again is started as the starter started it, whose settings are in its folder.
    """

    def __init__(self, folder: Path, kind: str) -> None:
        self._port = free_port()
        self.address = f"milvus+http://127.0.0.1:{self._port}"
        self._command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1"]
        self._command += ["--data-dir", str(folder), "--port", str(self._port)]
        if kind == "server":
            starter = os.environ["QUOTH_TEST_MILVUS"]
            self._command = [starter, "-c", SERVE, str(folder), str(self._port)]
        self._env, self._folder = dict(os.environ), Path.cwd()
        self._starter = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._starter.stdout is not None
        with self._starter.stdout as output:
            said = output.readline()  # Lite says that it listens, the other its process id
        self._pid = self._starter.pid
        if kind == "server":
            self._pid = int(said)
            self._command = _nul_separated(Path(f"/proc/{said.strip()}/cmdline"))
            given = _nul_separated(Path(f"/proc/{said.strip()}/environ"))
            self._env = dict(entry.split("=", 1) for entry in given)
            self._folder = Path(f"/proc/{said.strip()}/cwd").readlink()

    def start(self) -> None:
        """After a kill. A real server takes a minute: it waits until its dead self is forgotten."""
        self._starter = subprocess.Popen(
            self._command,
            stdout=subprocess.DEVNULL,  # a pipe that nobody reads would stop it
            stderr=subprocess.DEVNULL,
            env=self._env,
            cwd=self._folder,
        )
        self._pid = self._starter.pid

    def kill(self) -> None:
        ended = os.pidfd_open(self._pid)  # a child's child, so it cannot be waited for
        os.kill(self._pid, signal.SIGKILL)
        select.select([ended], [], [], KILLED_S)  # its ports are free only then
        os.close(ended)
        self._starter.kill()
        self._starter.wait()


def _nul_separated(path: Path) -> list[str]:
    return [entry for entry in path.read_text().split("\0") if entry]
