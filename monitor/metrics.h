/*
 * metrics.h - a snapshot in Prometheus' text format, version 0.0.4.
 *
 *     char *text = metrics_print(&snapshot, "order-events", "order-aggregator");
 *     free(text);
 *
 * Kafka's metrics have the names that other exporters and dashboards for Kafka use. The
 * names of metrics of this pipeline begin with order_replay_. If a server is unavailable,
 * only that fact is reported, because an old value would look current.
 */
#ifndef METRICS_H
#define METRICS_H

#include "snapshot.h"

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* The caller frees it. */
char *metrics_print(const struct snapshot *snapshot, const char *topic, const char *group);

#endif
