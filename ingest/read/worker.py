"""The child process that parses files of complicated formats: bytes in, elements out, as JSON.

Started by `ingest/read/isolated.py`, one request after another: a line {"name", "n_bytes"}, then
the bytes; back comes one line. It has no network to ask and nothing to write: the limits below hold
whatever a parser does, and a parser that crashes takes only this process down.
"""

import json
import os
import resource
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO

from ingest.errors import ArticleError
from ingest.read.formats import Parsed, parse

MAX_ADDRESS_SPACE = 1024**3  # bytes; SAFETY F11
RECURSION = 5_000  # frames: 256 nested elements at up to 5 frames each, with room
CPU_S = 60  # a parent that is killed cannot stop its child; this does


def main() -> None:
    """Answer requests until the parent closes its end."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is not an answer
    sys.dont_write_bytecode = True
    sys.setrecursionlimit(RECURSION)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_SPACE, MAX_ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers.write(b"ready\n")
    answers.flush()
    while request := sys.stdin.buffer.readline():
        reply = _answer(json.loads(request), sys.stdin.buffer)
        answers.write(json.dumps(reply, default=_plain).encode() + b"\n")
        answers.flush()


def _answer(request: Mapping[str, object], stream: BinaryIO) -> dict[str, object]:
    """The reply to one request; it says so where this process is not fit for another."""
    path = Path(str(request["name"]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    try:
        return _reply(parse(stream.read(int(str(request["n_bytes"]))), path))
    except ArticleError as error:
        return {"reason": error.reason}
    except MemoryError:
        return {"reason": "needs more than 1 GiB of memory to be read", "is_spent": True}
    except Exception as error:  # noqa: BLE001  a hostile file can make a parser raise anything
        what = f"{type(error).__name__}: {error}"[:300]
        return {"reason": f"cannot be read as {path.suffix} ({what})", "is_spent": True}


def _reply(parsed: Parsed) -> dict[str, object]:
    elements, fields = parsed
    return {
        "elements": [[e.kind, e.text, e.level, e.in_answer] for e in elements],
        "fields": fields,
    }


def _plain(value: object) -> str:
    """YAML's dates as text; nothing else in metadata is more than JSON."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is no metadata")


if __name__ == "__main__":
    main()
