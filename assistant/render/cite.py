"""A quote with its source, to paste elsewhere: plain text, Markdown, and BibTeX or RIS with a DOI.

Every form ends with the disclaimer (R5). What is invisible in a quote is written out, such as
<U+202E>: what is copied may land in a terminal.
"""

import re

from assistant.records import Citation
from assistant.render.dates import in_words
from assistant.render.escape import web_address
from assistant.render.publisher import publisher_of
from assistant.render.terminal import visible
from assistant.safety import disclaimer, sentence
from ingest import Metadata

# What Markdown, GitHub's links without brackets included, would read as more than text.
MARKDOWN = re.compile(
    r"[\\`*_{}\[\]<>#|~$&@]|:(?=//)|(?<=www)\.|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]"
)
LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def plain(citation: Citation) -> str:
    """The quote in quotation marks, then the source, then the disclaimer."""
    address = citation.url if web_address(citation.url) else None
    lines = (f"“{citation.quote}”", ", ".join(_source(citation)), address or "", disclaimer())
    return visible("\n".join(line for line in lines if line))


def markdown(citation: Citation) -> str:
    """A block quote, its source as a link, the disclaimer. Rendered, it shows the very words."""
    quote = "\n".join(f"> {_escaped(line)}" for line in visible(citation.quote).split("\n"))
    title, *facts = _source(citation)
    address = web_address(citation.url)
    shown = f"[{_escaped(visible(title))}](<{_bracketed(address)}>)" if address else _escaped(title)
    source = ", ".join([shown, *(_escaped(visible(f)) for f in facts)])
    return f"{quote}\n\n{source}\n\n{_escaped(disclaimer())}"


def bibtex(citation: Citation, about: Metadata) -> str | None:
    """An entry for a work with a DOI, the quote as its annotation; None without one."""
    if about.doi is None:
        return None
    year = (about.published or "")[:4]
    fields = {
        "title": about.title,
        "author": " and ".join(about.authors) or None,
        "journal": about.publisher,
        "year": year if year.isdecimal() else None,
        "doi": about.doi,
        "url": about.url if web_address(about.url) else None,
        "annote": citation.quote,
        "note": disclaimer(),
    }
    lines = [f"  {name} = {{{_latex(value)}}}" for name, value in fields.items() if value]
    key = re.sub(r"\W+", "-", f"quoth-{about.doi}", flags=re.ASCII)
    return "@article{" + ",\n".join([key, *lines]) + "\n}"


def ris(citation: Citation, about: Metadata) -> str | None:
    """A RIS record for a work with a DOI, the quote as a note; None without one."""
    if about.doi is None:
        return None
    fields = [
        ("TY", "JOUR"),
        ("TI", about.title),
        *(("AU", author) for author in about.authors),
        ("JO", about.publisher),
        ("PY", about.published),
        ("DO", about.doi),
        ("UR", about.url if web_address(about.url) else None),
        ("N1", citation.quote),
        ("N1", disclaimer()),
        ("ER", ""),
    ]
    return "\n".join(f"{tag}  - {_one_line(v)}" for tag, v in fields if v is not None)


def _source(citation: Citation) -> list[str]:
    """Title, publisher, kind and date, each stated or said not to be."""
    published = citation.published
    return [
        citation.title or sentence("title_not_stated"),
        publisher_of(citation, missing=sentence("publisher_not_stated")),
        citation.source_kind or sentence("kind_not_stated"),
        in_words(published) if published else sentence("date_not_stated"),
    ]


def _escaped(text: str) -> str:
    """Text that Markdown shows as it stands. White space at the ends would start something."""
    return MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()))


def _bracketed(address: str) -> str:
    """An address inside angle brackets."""
    return address.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


def _latex(value: str) -> str:
    return "".join(LATEX.get(c, c) for c in _one_line(value))


def _one_line(value: str) -> str:
    return " ".join(visible(value).split())
