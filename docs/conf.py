"""The documentation as a site with search, for a browser without network: `make site`."""

project = "linli 邻里"
language = "en"
extensions = ["myst_parser"]
myst_heading_anchors = 4
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/**.md",
    "benchmarks/results/*.md",
    "results/reference/README.md",
]
suppress_warnings = ["misc.highlighting_failure"]  # `csv` has no highlighting
highlight_language = "none"  # blocks without a language are commands
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_search_summary = False  # a page from a file may not read another one
html_show_copyright = False
html_show_sphinx = False
