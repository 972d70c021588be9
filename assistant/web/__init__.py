"""The web surface: an HTTP API, a Gradio page beside it, and a guard in front of both.

`create_app(assistant, settings)` gives the ASGI application, `serve(assistant, settings)` runs it.
"""

from assistant.web.application import create_app
from assistant.web.interface import Answers, WebSettings
from assistant.web.logs import set_up_logging
from assistant.web.serve import serve

__all__ = ["Answers", "WebSettings", "create_app", "serve", "set_up_logging"]
