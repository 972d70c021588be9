"""Gradio's side of the look: system fonts, square calm colours. The rest is page.css.

Gradio's own themes name fonts that it serves or fetches from elsewhere; these name none.
"""

import gradio as gr

SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """A theme without a font file, a shadow or a gradient."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_md,
        font=SANS,
        font_mono=MONO,
    ).set(
        body_background_fill="#fbfaf7",
        body_background_fill_dark="#14191a",
        block_background_fill="transparent",
        block_border_width="0px",
        block_shadow="none",
    )
