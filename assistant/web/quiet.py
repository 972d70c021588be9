"""Keeps Gradio from printing what a request held.

Gradio prints the traceback of every failed event; some messages quote the inputs ("Received
inputs: [...]"), which are questions about health. There is no setting for it, so the `traceback`
that its modules look up is replaced by one that logs type and place.
"""

import logging
import sys
from types import SimpleNamespace

from assistant.scrub import where

logger = logging.getLogger(__name__)


def hush_tracebacks() -> None:
    """Replace `traceback` in the Gradio modules that print it. Doing it twice does nothing more."""
    import gradio.queueing
    import gradio.route_utils
    import gradio.routes
    import gradio.utils

    for module in (gradio.queueing, gradio.routes, gradio.route_utils, gradio.utils):
        module.traceback = SimpleNamespace(  # type: ignore[attr-defined]
            print_exc=_log_place, format_exc=lambda: "", print_exception=_log_place
        )


def _log_place(*_: object, **__: object) -> None:
    error = sys.exception()
    if error is not None:
        logger.error("the page failed: %s", where(error))
