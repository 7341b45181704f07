"""The handbook: Markdown in, HTML out (``make docs``)."""

project = "OpenSTI"
author = "OpenSTI contributors"
copyright = "OpenSTI contributors, EUPL-1.2"  # noqa: A001 -- Sphinx wants this name

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist", "strikethrough"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
root_doc = "index"

html_theme = "furo"
html_title = "OpenSTI"
html_copy_source = False
html_show_sourcelink = False
