"""What people look at after `linli site`: charts, tables for QGIS and Excel, a recommendation page.

The verb calls, in this order::

    evidence = Evidence(gains=..., frontier=..., left_out=..., outlooks=..., ...)
    seen = see(found, evidence, before, after, wishes, links)     # sim.report.siting.seen
    draw_siting(seen, context, folder / "charts", jobs=jobs)      # sim.report.siting.draw
    write_site_tables(seen, context, folder)                      # sim.report.siting.site_tables
    write_recommendation(seen, context, folder)                   # sim.report.siting.recommendation

`before` and `after` are the worlds of today and of the recommended plan, `wishes` (O, K) a year by
origin and kind, `context` is `sim.report.context.chart_context`. Whatever of `Evidence` is left out
is left out of the charts and named as unknown on the page.
"""
