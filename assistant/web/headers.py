"""The headers that go out with every response, and the content security policy of the page.

Gradio 6.31 needs no more than this, measured in Chromium (docs/decisions/0005-web-surface.md), as
long as the page has no `gr.HTML` and no `js=` hook, which compile strings to code, and no `css=`
or theme with fonts, which bring style elements and font files.
"""

import base64
import hashlib

# Of the pages that are ours alone: no inline script, no style but ours.
OWN_PAGE = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
NOTHING = "default-src 'none'; frame-ancestors 'none'"
NO_STORE = "no-store"
FOR_A_YEAR = "public, max-age=31536000, immutable"
SECURITY = {
    "content-security-policy": NOTHING,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": NO_STORE,
}


def page_policy(inline_script: str) -> str:
    """The policy of the page's HTML, which lets that one inline script run and no other."""
    digest = base64.b64encode(hashlib.sha256(inline_script.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{digest}'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
