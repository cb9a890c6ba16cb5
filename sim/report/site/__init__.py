"""A siting result in words, tables and a page; its charts are in `sim.report.charts.site`."""
