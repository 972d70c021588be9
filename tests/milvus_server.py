"""A Milvus in a process of its own: Lite, or a real server (2.3) where its package is at hand.

QUOTH_TEST_MILVUS names a Python that has the package `milvus`, which brings the server;
`make test-milvus` makes one and runs tests with it.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

from benchmarks.server import free_port

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
    """A process on a free port of the loopback, which may be killed and started again."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._port = free_port()
        self.address = f"milvus+http://127.0.0.1:{self._port}"
        self._command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1"]
        self._command += ["--data-dir", str(folder), "--port", str(self._port)]
        if kind == "server":
            starter = os.environ["QUOTH_TEST_MILVUS"]
            self._command = [starter, "-c", SERVE, str(folder), str(self._port)]
        self._kind = kind
        self.start()

    def start(self) -> None:
        self._starter = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        said = self._output.readline()  # Lite says that it listens, the other its process id
        self._pid = self._starter.pid if self._kind == "lite" else int(said)

    @property
    def _output(self) -> IO[str]:
        assert self._starter.stdout is not None
        return self._starter.stdout

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        self._starter.kill()
        self._starter.wait()
        self._output.close()
