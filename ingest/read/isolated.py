"""Parsing in a child process with a memory and a time limit, so that no file can stop a build.

HTML, PDF, DOCX and EPUB need large parsers, partly in C; a file made to break one costs its own
article and nothing else.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Timer
from types import TracebackType

from ingest.errors import ArticleError
from ingest.read.formats import Parsed
from ingest.records import Element, ElementKind

SECONDS = 30.0  # for one file; SAFETY F11
START_SECONDS = 120.0  # to come up, on a machine that is busy with other things
MAX_REPLY_BYTES = 200 * 1024 * 1024
PACKAGE_ROOT = Path(__file__).resolve().parents[2]


class IsolatedParser:
    """Parses files in one child process, started at the first file and again after each loss."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "IsolatedParser":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end()

    def parse(self, data: bytes, path: Path) -> Parsed:
        """What `formats.parse` gives, from the child.

        Raises:
            ArticleError: what `formats.parse` raises; or the child needed too long or too much
                memory, or crashed.
        """
        child = self._started(path)
        assert child.stdin is not None and child.stdout is not None
        header = {"name": path.name, "n_bytes": len(data)}
        late = _Deadline(child, self._seconds)
        with late:
            try:
                child.stdin.write(json.dumps(header).encode() + b"\n" + data)
                child.stdin.flush()
                line = child.stdout.readline(MAX_REPLY_BYTES)
            except OSError:  # the child is gone; what it died of follows
                line = b""
        if not line.endswith(b"\n"):
            self._end()
            raise ArticleError(path, self._what_happened(late, len(line)))
        reply = json.loads(line)
        if reply.get("is_spent"):
            self._end()
        if "reason" in reply:
            raise ArticleError(path, reply["reason"])
        elements = tuple(
            Element(ElementKind(kind), text, level, in_answer)
            for kind, text, level, in_answer in reply["elements"]
        )
        return elements, reply["fields"]

    def _what_happened(self, late: "_Deadline", n_bytes: int) -> str:
        if late.passed:
            return f"took longer than {self._seconds:g} s to read; not read"
        if n_bytes >= MAX_REPLY_BYTES:
            return f"holds more than {MAX_REPLY_BYTES} bytes of text; not read"
        return "crashed its parser or needed too much memory; not read"

    def _started(self, path: Path) -> subprocess.Popen[bytes]:
        """The child, ready for a file."""
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end()
        roots = [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")]
        limits = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "ingest.read.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **limits, "PYTHONPATH": os.pathsep.join(filter(None, roots))},
        )
        assert self._child.stdout is not None
        with _Deadline(self._child, START_SECONDS):
            ready = self._child.stdout.readline(64)
        if ready != b"ready\n":
            self._end()
            raise ArticleError(path, "the process that reads such files did not start; try again")
        return self._child

    def _end(self) -> None:
        """End the child, if there is one, and wait for it."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # unsent bytes of a file that is given up
                    continue


class _Deadline:
    """Kills a child that is not done in time."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.passed = False
        self._child = child
        self._timer = Timer(seconds, self._kill)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _kill(self) -> None:
        self.passed = True
        self._child.kill()
