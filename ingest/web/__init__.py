"""Articles from the web, when a person asks for one: fetched behind a fence, kept as files.

from ingest.web import Fetcher, keep
page = Fetcher().fetch("https://example.org/cold-feet")
keep(page, Path("corpus/web"))
"""

from ingest.web.fence import Fence
from ingest.web.fetch import Fetched, Fetcher, NotModified
from ingest.web.keep import keep, refresh

__all__ = ["Fence", "Fetched", "Fetcher", "NotModified", "keep", "refresh"]
