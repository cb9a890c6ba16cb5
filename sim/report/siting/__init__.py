"""What people look at after `linli site`: charts, tables for QGIS and Excel, a recommendation page.

The verb calls::

    seen = see(found, link_lines(inputs.tables, found.catalogue))  # sim.report.siting.seen
    draw_siting(seen, context, folder / "charts", jobs=jobs)  # sim.report.siting.draw
    write_site_tables(seen, folder)                           # sim.report.siting.site_tables
    told = Told(search, judging, assumptions_of(inputs))      # sim.report.siting.told
    write_recommendation(seen, context, told, folder)         # sim.report.siting.recommendation

`found` is `sim.siting.outcome.Found`, `inputs` are today's, `context` is
`sim.report.context.chart_context(inputs, n)` with the replications of the judging; `search` and
`judging` are a sentence each, without a full stop: how plans were found, and how judged. What
`found` does not hold (frontier, outlooks, ...) is left out of the charts and named as not looked at
on the page. The page shows the charts that lie in `folder / "charts"`, so it comes last.
"""
