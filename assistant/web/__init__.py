"""The web surface: an HTTP API, a Gradio page beside it, and a guard in front of both.

`application.create_app(assistant, settings)` gives the ASGI application, `serve.serve(assistant,
settings)` runs it. Nothing is imported here: FastAPI takes a third of a second, in which `app.py`
loads the encoder.
"""
