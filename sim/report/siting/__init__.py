"""What people look at after `linli site`: charts, tables for QGIS and Excel, a recommendation page.

The verb calls::

    seen = see(found, links)                                  # sim.report.siting.seen
    draw_siting(seen, context, folder / "charts", jobs=jobs)  # sim.report.siting.draw
    write_site_tables(seen, folder)                           # sim.report.siting.site_tables
    write_recommendation(seen, context, Told(...), folder)    # sim.report.siting.recommendation

`found` is `sim.siting.outcome.Found`; `links` maps a link's name to the lines (pairs of (lon, lat))
whose walk it shortens, where they are known; `context` is `sim.report.context.chart_context`. What
`found` does not hold (frontier, outlooks, ...) is left out of the charts and named as not looked at
on the page. The page shows the charts that lie in `folder / "charts"`, so it comes last.
"""
