"""A table of facts -> one line a row that says its column headers: "Sock: wool; Warmth: high".

A row without its headers misleads: "2 / 4 / 9" is a dose or a death rate. So every row carries
them, and the rows stay one list with the table's caption. Of a table
without headers nothing can be quoted; a table that only arranges a page is looked through.
"""

from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

MAX_SPAN = 100  # a colspan of a million is an attack, not a table
MAX_CELL_CHARS = 100  # a longer cell holds an argument, not a fact
LAYOUT = frozenset("table h1 h2 h3 h4 h5 h6 ul ol dl form img figure".split())

Cell = tuple[HtmlElement, str]


def is_data_table(node: HtmlElement) -> bool:
    """Whether a table states facts: it has header cells, two columns, and no table inside it."""
    if any(d is not node for d in node.iter("table")):
        return False
    rows = list(_rows(node))
    has_headers = any(cell.tag == "th" for row in rows for cell in row)
    return has_headers and len(rows) > 1 and max(map(len, rows)) > 1


def is_bare_table(node: HtmlElement, text_of: Callable[[HtmlElement], str]) -> bool:
    """Whether a table states facts without saying what its columns are: rows of short cells."""
    if any(d is not node and d.tag in LAYOUT for d in node.iter()):
        return False
    rows = list(_rows(node))
    if len(rows) < 2 or min(map(len, rows)) < 2:
        return False
    return all(len(text_of(cell)) <= MAX_CELL_CHARS for row in rows for cell in row)


def table_items(node: HtmlElement, text_of: Callable[[HtmlElement], str]) -> Iterator[str]:
    """One line for each row of facts, with the headers of its columns and of the row itself.

    Spanned cells count in every row and column that they span. A cell across the whole table names
    the rows below it: "Children" over a row is said with that row.
    """
    headers: dict[int, str] = {}
    header_is_open, group = True, ""
    for row in _grid(node, text_of):
        named = {column: text for column, (_, text) in row.items() if text}
        if len(row) > 1 and len({id(cell) for cell, _ in row.values()}) == 1:
            group = next(iter(named.values()), "")
        elif all(cell.tag == "th" for cell, _ in row.values()):
            headers = _joined(headers, named) if header_is_open else named
            header_is_open = True
        else:
            header_is_open = False
            line = _line(row, headers)
            if line:
                yield f"{group}: {line}" if group else line


def _joined(above: dict[int, str], below: dict[int, str]) -> dict[int, str]:
    """Two rows of headers as one: "Dose" over "Adults" is "Dose, Adults"."""
    columns = sorted({*above, *below})
    return {
        c: ", ".join(dict.fromkeys(part for part in (above.get(c), below.get(c)) if part))
        for c in columns
    }


def _line(row: dict[int, Cell], headers: dict[int, str]) -> str:
    """The row's facts; a cell that spans columns is said once."""
    parts: list[str] = []
    said: list[HtmlElement] = []
    row_header = ""
    for column, (cell, text) in sorted(row.items()):
        if not text or cell in said:
            continue
        said.append(cell)
        header = headers.get(column, "")
        part = f"{header}: {text}" if header else text
        if cell.tag == "th" and not header and not parts:
            row_header = text  # "Specialty | Neurology": the row's own header leads
        else:
            parts.append(part)
    facts = "; ".join(parts)
    return f"{row_header}: {facts}" if row_header and facts else facts or row_header


def _rows(node: HtmlElement) -> Iterator[list[HtmlElement]]:
    for row in node.iter("tr"):
        yield [cell for cell in row if cell.tag in ("th", "td")]


def _grid(node: HtmlElement, text_of: Callable[[HtmlElement], str]) -> Iterator[dict[int, Cell]]:
    """Each row as column -> cell, with row and column spans laid out."""
    pending: dict[int, tuple[int, Cell]] = {}  # column -> rows left, cell
    for cells in _rows(node):
        row = {column: cell for column, (_, cell) in pending.items()}
        pending = {c: (left - 1, cell) for c, (left, cell) in pending.items() if left > 1}
        column = 0
        for cell in cells:
            while column in row:
                column += 1
            spanned = (cell, text_of(cell))
            for at in range(column, column + _span(cell, "colspan")):
                row[at] = spanned
                if _span(cell, "rowspan") > 1:
                    pending[at] = (_span(cell, "rowspan") - 1, spanned)
            column += _span(cell, "colspan")
        if cells:
            yield row


def _span(cell: HtmlElement, key: str) -> int:
    value = cell.get(key, "1").strip()
    return (
        min(max(int(value), 1), MAX_SPAN)
        if value.isascii() and value.isdigit() and len(value) < 9
        else 1
    )
