/*
 * embedded.h - files that are part of the program: embedded.S includes them at build time.
 *
 *     send(page_html, EMBEDDED_SIZE(page_html));
 *
 * A NUL follows the bytes of each file, so a text file can be used as a string.
 */
#ifndef EMBEDDED_H
#define EMBEDDED_H

extern const char monitor_sql[], monitor_sql_end[];
extern const char check_server_sql[], check_server_sql_end[];
extern const char check_schema_sql[], check_schema_sql_end[];
extern const char check_progress_sql[], check_progress_sql_end[];
extern const char order_sql[], order_sql_end[];
extern const char quarantine_sql[], quarantine_sql_end[];
extern const char conflicts_sql[], conflicts_sql_end[];
extern const char page_html[], page_html_end[];
extern const char page_css[], page_css_end[];
extern const char texts_js[], texts_js_end[];
extern const char headline_js[], headline_js_end[];
extern const char log_js[], log_js_end[];
extern const char lookup_js[], lookup_js_end[];
extern const char page_js[], page_js_end[];
extern const char lab_js[], lab_js_end[];
extern const char chart_js[], chart_js_end[];

#define EMBEDDED_SIZE(name) ((size_t)(name##_end - (name)))

#endif
