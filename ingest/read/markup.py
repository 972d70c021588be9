"""What a page's own markup states about it: JSON-LD, citation tags, OpenGraph, Dublin Core.

Nothing is inferred from the text, the address or the look of a page. Where two vocabularies
disagree, the one meant for citing goes first.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from ingest.read.faq import squeeze

# Types that speak of the page as a work, and what they are called. A bare Article or WebPage says
# nothing about its kind.
WORKS: dict[str, str | None] = {
    "ScholarlyArticle": "scholarly article",
    "MedicalScholarlyArticle": "medical scholarly article",
    "NewsArticle": "news article",
    "BlogPosting": "blog post",
    "MedicalWebPage": "medical web page",
    "Report": "report",
    "Article": None,
    "TechArticle": None,
    "WebPage": None,
    "FAQPage": None,
    "QAPage": None,
}
DATE = re.compile(r"(\d{4})(?:[-/](\d{2})(?:[-/](\d{2}))?)?(?=$|[T ])")
DOI = re.compile(r"10\.\d{4,9}/\S+")
MAX_JSON_CHARS = 1_000_000
MAX_NODES = 5_000


def metadata_fields(page: HtmlElement) -> dict[str, object]:
    """Metadata under the keys of front matter; what the markup does not state is not there."""
    meta = _meta(page)
    work = _work(page)
    stated: dict[str, object] = {
        "title": _first(meta, "citation_title")
        or _text(work.get("headline"))
        or _first(meta, "og:title", "dc.title", "dcterms.title")
        or _heading_or_title(page),
        "publisher": _name(work.get("publisher"))
        or _first(
            meta, "citation_publisher", "citation_journal_title", "og:site_name", "dc.publisher"
        ),
        "authors": meta.get("citation_author")
        or _names(work.get("author"))
        or meta.get("dc.creator"),
        "published": date_of(_first(meta, "citation_publication_date", "citation_date"))
        or date_of(work.get("datePublished"))
        or date_of(_first(meta, "article:published_time", "dc.date", "dcterms.issued")),
        "updated": date_of(work.get("dateModified"))
        or date_of(_first(meta, "article:modified_time", "og:updated_time", "dcterms.modified")),
        "licence": _licence(page)
        or _text(work.get("license"))
        or _first(meta, "dcterms.license", "dc.rights", "dcterms.rights"),
        "url": _canonical(page, meta, work),
        "doi": _doi(meta),
        "kind": _kind(meta, work),
    }
    return {key: value for key, value in stated.items() if value}


def declared_questions(page: HtmlElement) -> dict[str, str]:
    """FAQ questions that the page declares -> their answers, both as letters and digits only."""
    found: dict[str, str] = {}
    for node in _json_nodes(page):
        if "Question" in _types(node):
            answer = node.get("acceptedAnswer") or node.get("suggestedAnswer")
            answer = answer[0] if isinstance(answer, list) and answer else answer
            said = answer.get("text") if isinstance(answer, dict) else None
            asked = squeeze(_text(node.get("name")) or "")
            if asked:
                found[asked] = squeeze(re.sub(r"<[^>]*>", " ", _text(said) or ""))
    return found


def _meta(page: HtmlElement) -> dict[str, list[str]]:
    """Every `<meta name|property content>` in order, its name in lower case."""
    out: dict[str, list[str]] = {}
    for node in page.iter("meta"):
        name = (node.get("property") or node.get("name") or "").strip().casefold()
        value = " ".join((node.get("content") or "").split())
        if name and value:
            out.setdefault(name, []).append(value)
    return out


def _work(page: HtmlElement) -> dict[str, Any]:
    """The JSON-LD node that speaks of the page as a work; the most telling type first."""
    nodes = [node for node in _json_nodes(page) if _types(node) & set(WORKS)]
    order = list(WORKS)
    return min(nodes, key=lambda n: min(order.index(t) for t in _types(n) & set(WORKS)), default={})


def _json_nodes(page: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every JSON-LD object, looked for without recursion; scripts that are no JSON are not read."""
    budget = MAX_NODES
    for script in page.iter("script"):
        text = script.text or ""
        if (script.get("type") or "").strip().casefold() != "application/ld+json":
            continue
        if len(text) > MAX_JSON_CHARS:
            continue
        try:
            waiting: list[Any] = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and budget:
            budget -= 1
            node = waiting.pop(0)
            if isinstance(node, dict):
                yield node
            children = node.values() if isinstance(node, dict) else node
            waiting.extend(c for c in children if isinstance(c, dict | list))


def _types(node: dict[str, Any]) -> set[str]:
    found = node.get("@type")
    names = found if isinstance(found, list) else [found]
    return {name.rpartition("/")[2] for name in names if isinstance(name, str)}


def _text(value: object) -> str | None:
    """A string in single spaces; anything else states nothing."""
    return (" ".join(value.split()) or None) if isinstance(value, str) else None


def _name(value: object) -> str | None:
    """The name of a person or an organisation, given as text or as an object."""
    if isinstance(value, list):
        value = value[0] if value else None
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _names(value: object) -> list[str]:
    people = value if isinstance(value, list) else [value]
    names = [_name(person) for person in people]
    return [name for name in names if name and "://" not in name]


def _first(meta: dict[str, list[str]], *names: str) -> str | None:
    return next((meta[name][0] for name in names if name in meta), None)


def date_of(value: object) -> str | None:
    """YYYY, YYYY-MM or YYYY-MM-DD as stated; a date in any other form could be read two ways."""
    found = DATE.match(value.strip()) if isinstance(value, str) else None
    return "-".join(part for part in found.groups() if part) if found else None


def _heading_or_title(page: HtmlElement) -> str | None:
    """The page's only h1, else its title element."""
    headings = [h for h in page.iter("h1") if h.text_content().strip()]
    title = page.find(".//title")
    node = headings[0] if len(headings) == 1 else title
    return None if node is None else _text(node.text_content())


def _licence(page: HtmlElement) -> str | None:
    """The address that `rel=license` names; one on a picture speaks of the picture."""
    for node in page.iter("link", "a"):
        on_picture = any(a.tag in ("figure", "figcaption") for a in node.iterancestors())
        if "license" in (node.get("rel") or "").casefold().split() and not on_picture:
            return _text(node.get("href"))
    return None


def _canonical(page: HtmlElement, meta: dict[str, list[str]], work: dict[str, Any]) -> str | None:
    """The address under which the publisher wants the page known."""
    links = [
        node.get("href")
        for node in page.iter("link")
        if "canonical" in (node.get("rel") or "").casefold().split()
    ]
    stated = [*links, _first(meta, "og:url", "citation_public_url"), work.get("url")]
    for address in stated:
        if isinstance(address, str) and urlsplit(address.strip()).scheme in ("http", "https"):
            return address.strip()
    base = page.find(".//base")
    if base is not None and links and links[0]:
        joined = urljoin(base.get("href") or "", links[0])
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    return None


def _doi(meta: dict[str, list[str]]) -> str | None:
    for value in (
        _first(meta, "citation_doi"),
        _first(meta, "dc.identifier"),
        _first(meta, "prism.doi"),
    ):
        found = DOI.search(value or "")
        if found:
            return found.group()
    return None


def _kind(meta: dict[str, list[str]], work: dict[str, Any]) -> str | None:
    if "citation_journal_title" in meta:
        return "journal article"
    types = _types(work)
    return next((name for kind, name in WORKS.items() if kind in types and name), None)
