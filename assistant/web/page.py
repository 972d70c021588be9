"""The Gradio part of the page: the thread, the question box, the example questions.

The thread is a Markdown component that holds HTML blocks only, one line each: Gradio 6.31 renders
Markdown block by block and leaves unchanged blocks alone, so a folded quote that someone opened
stays open when the next answer comes. `gr.HTML` would need `unsafe-eval` (headers.py).
"""

import logging
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from assistant.render.covers import first_titles
from assistant.render.escape import text
from assistant.render.html import asked, to_html
from assistant.render.view import View
from assistant.safety import disclaimer, sentence
from assistant.scrub import where
from assistant.web.desk import WAITING_PER_WORKER, BusyError, Desk
from assistant.web.interface import Answers, WebSettings
from assistant.web.reading import today

logger = logging.getLogger(__name__)

MAX_EXAMPLES = 6
MAX_EXCHANGES = 20  # shown above the newest; each is sent again with every reply
# The browser stops typing here, so that a body stays under the guard's 64 KiB in any script:
# 3 bytes a UTF-16 unit at most. The assistant's own limit of 2,000 is answered with a reply.
MAX_TYPED = 16_000
SESSION_HOURS = 1
# Readers whose thread and last question are kept at a time; who was quiet longest goes first and
# begins a new thread. Gradio's 10,000 at some 72 KiB each would be 700 MiB. 200 ask at a time (F8).
SESSIONS = 500
LAST_BLOCK = "<!-- end -->"

Thread = tuple[str, ...]


def build_page(desk: Desk, settings: WebSettings) -> gr.Blocks:
    """The components and what they do. Call it with Gradio's environment already quieted."""
    max_concurrent = settings.max_concurrent
    page = gr.Blocks(title=sentence("page_title"), analytics_enabled=False)
    with page:
        past = gr.State((), time_to_live=SESSION_HOURS * 3600)
        previous = gr.State(None, time_to_live=SESSION_HOURS * 3600)  # for "and in MS?"
        thread = gr.Markdown(
            elem_id="thread", latex_delimiters=[], sanitize_html=True, header_links=False
        )
        with gr.Row(elem_id="ask"):
            box = gr.Textbox(
                label=sentence("ask_label"),
                placeholder=sentence("ask_placeholder"),
                elem_id="question",
                lines=1,
                max_lines=6,
                autofocus=True,
                max_length=MAX_TYPED,
                container=False,
                scale=1,
            )
            ask = gr.Button(sentence("ask_button"), elem_id="ask-button", variant="primary")
            clear = gr.Button(sentence("clear_button"), elem_id="clear-button")
        examples = _examples(desk.assistant.example_questions[:MAX_EXAMPLES])

        async def answer(
            question: object, past: Thread, previous: str | None
        ) -> AsyncIterator[tuple[Any, ...]]:
            """First the question with a sign of work, then the reply in its place."""
            question = question if isinstance(question, str) else ""
            yield _markdown((*past, _waiting(question))), past, previous, ""
            view = _view(desk.assistant, takes_feedback=settings.feedback is not None)
            past = (*past, await _exchange(desk, question, previous, view))[-MAX_EXCHANGES:]
            yield _markdown(past), past, question, gr.skip()

        shared: dict[str, Any] = {
            "outputs": [thread, past, previous, box],
            "show_progress": "hidden",
            "api_visibility": "private",
            "concurrency_limit": max_concurrent,
            "concurrency_id": "ask",
        }
        gr.on([box.submit, ask.click], answer, inputs=[box, past, previous], **shared)
        for button in examples:
            button.click(answer, inputs=[button, past, previous], **shared)
        clear.click(
            lambda: (_markdown(()), (), None, ""),
            outputs=[thread, past, previous, box],
            show_progress="hidden",
            api_visibility="private",
        )
    page.state_session_capacity = SESSIONS  # only `launch` has an argument for it
    page.queue(max_size=max_concurrent * WAITING_PER_WORKER)
    return page


def _examples(questions: tuple[str, ...]) -> list[gr.Button]:
    with gr.Column(elem_id="examples"):
        if questions:
            heading = f'<h2 class="examples">{text(sentence("examples_heading"))}</h2>'
            gr.Markdown(heading, latex_delimiters=[])
        return [gr.Button(q, elem_classes="example", size="sm") for q in questions]


def _view(assistant: Answers, *, takes_feedback: bool) -> View:
    documents = assistant.documents
    return View(
        document=assistant.document,
        titles=first_titles(documents),
        n_documents=len(documents),
        today=today(),
        takes_feedback=takes_feedback,
    )


async def _exchange(desk: Desk, question: str, previous: str | None, view: View) -> str:
    try:
        reply = await desk.ask(question, previous=previous)
        return to_html(reply, question=question, view=view)
    except BusyError:
        return _excuse(question, "busy")
    except Exception as error:  # noqa: BLE001 - Gradio would print the message, question and all
        desk.metrics.failed()
        logger.error("the page could not answer: %s", where(error))
        return _excuse(question, "internal_error")


def _waiting(question: str) -> str:
    working = f'<p class="working">{text(sentence("working"))}</p>'
    return f'<article class="exchange waiting">{asked(question)}{working}</article>'


def _excuse(question: str, sentence_id: str) -> str:
    said = f'<p class="found">{text(sentence(sentence_id))}</p>'
    standing = f'<p class="disclaimer">{text(disclaimer())}</p>'
    return f'<article class="exchange">{asked(question)}{said}{standing}</article>'


def _markdown(exchanges: Thread) -> str:
    """One HTML block an exchange: no line break inside, a blank line after.

    Gradio cuts off trailing line breaks, which would change the last block's source and so redraw
    it when the next one comes. The comment keeps them.
    """
    return "".join(f"{exchange.replace(chr(10), '')}\n\n" for exchange in exchanges) + LAST_BLOCK
