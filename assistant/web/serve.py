"""Runs the application with uvicorn until it is told to stop."""

import asyncio
import logging
import socket
import sys

import uvicorn

from assistant.web.application import create_app
from assistant.web.connections import sparing, with_room
from assistant.web.interface import Answers, WebSettings
from assistant.web.logs import is_news

logger = logging.getLogger(__name__)

# Open pages hold a connection for as long as they are open, so a stop would wait for ever.
GRACE_S = 5
# A connection closed at the moment that its next question arrives is a reset to whoever asks.
# People think for seconds, and nginx keeps its connections for 60 s, so ours live longer.
KEEP_ALIVE_S = 75
# How long a thread that works out a reply keeps the interpreter while the event loop wants it. With
# Python's own 5 ms, refusing a burst took seconds on a busy machine.
SWITCH_S = 0.001


def serve(assistant: Answers, settings: WebSettings) -> None:
    """Serve until SIGINT or SIGTERM; finishes what is in flight, for `GRACE_S` seconds at most.

    No access log: its lines would hold addresses and session ids.
    """
    if assistant.trouble is not None:
        logger.warning("%s", assistant.trouble)
    app = create_app(assistant, settings)
    protocol, waiting = with_room()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        root_path=settings.root_path,
        access_log=False,
        server_header=False,
        log_config=None,  # records go where the edge said, in its form
        proxy_headers=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        backlog=waiting,
        # It keeps 64 KiB of a head that has not ended; httptools, where installed, keeps all of it.
        http=protocol,
        loop="asyncio",
    )
    sys.setswitchinterval(SWITCH_S)
    logging.getLogger("uvicorn.error").addFilter(is_news)
    logger.info("Quoth is at http://%s:%s%s/", settings.host, settings.port, settings.root_path)
    _Server(config).run()


class _Server(uvicorn.Server):
    """uvicorn's, on an event loop that does not repeat itself."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        asyncio.get_running_loop().set_exception_handler(sparing())
        await super().startup(sockets)
