"""HTML as a browser's parser would see it, for tests of what we render."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"img", "br", "input", "meta", "link"}


@dataclass
class Node:
    """One element of the parsed page."""

    tag: str
    attributes: dict[str, str | None]
    children: list["Node | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the DOM calls textContent."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def all(self, tag: str) -> list["Node"]:
        """Every element of this name, this one included."""
        inner = [n for c in self.children if isinstance(c, Node) for n in c.all(tag)]
        return ([self] if self.tag == tag else []) + inner


class Tree(HTMLParser):
    """The page as a browser's parser would see it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root", {})
        self.open = [self.root]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(page: str) -> Node:
    tree = Tree(page)
    assert tree.open == [tree.root], "an element was left open"
    return tree.root


def nodes(node: Node) -> list[Node]:
    """An element and everything in it."""
    return [node] + [n for c in node.children if isinstance(c, Node) for n in nodes(c)]
