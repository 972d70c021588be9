"""Which HTML elements a rendered reply consists of; a question must never add one."""

from html.parser import HTMLParser

from assistant import Reply
from assistant.render.html import to_html


def tags_of(reply: Reply, question: str) -> frozenset[str]:
    """The names of the elements in the page's rendering of a reply to `question`."""
    collector = _Collector()
    collector.feed(to_html(reply, question=question))
    collector.close()
    return frozenset(collector.tags)


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, and any attribute that could run something."""
        self.tags.add(tag)
        self.tags.update(name for name, _ in attrs if name.startswith("on"))
