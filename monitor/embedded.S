/* See embedded.h. Paths are seen from the checkout's top; CHART_JS is the Makefile's. */
.macro embed name, file
    .global \name
    .global \name\()_end
\name:
    .incbin "\file"
\name\()_end:
    .byte 0
.endm

    .section .rodata
    embed monitor_sql, "sql/monitor.sql"
    embed check_server_sql, "sql/check/server.sql"
    embed check_schema_sql, "sql/check/schema.sql"
    embed check_progress_sql, "sql/check/progress.sql"
    embed order_sql, "sql/lookup/order.sql"
    embed quarantine_sql, "sql/lookup/quarantine.sql"
    embed conflicts_sql, "sql/lookup/conflicts.sql"
    embed page_html, "monitor/page/page.html"
    embed page_css, "monitor/page/page.css"
    embed texts_js, "monitor/page/texts.js"
    embed headline_js, "monitor/page/headline.js"
    embed log_js, "monitor/page/log.js"
    embed lookup_js, "monitor/page/lookup.js"
    embed page_js, "monitor/page/page.js"
    embed lab_js, "monitor/page/lab.js"
    embed chart_js, CHART_JS

    .section .note.GNU-stack, "", %progbits
