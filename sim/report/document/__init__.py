"""Documents for a meeting: one content out of result folders, written as pages, sheets, slides."""
