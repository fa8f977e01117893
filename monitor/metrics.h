/*
 * metrics.h - a snapshot in Prometheus' text format, version 0.0.4.
 *
 *     char *text = metrics_print(&snapshot, "order-events", "order-aggregator");
 *     free(text);
 *
 * What Kafka knows has the names that exporters and dashboards for Kafka use
 * already, what only this pipeline has begins with order_replay_. Of a server
 * that is away nothing is told but that it is: an old value would look like news.
 */
#ifndef METRICS_H
#define METRICS_H

#include "snapshot.h"

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* The caller frees it. */
char *metrics_print(const struct snapshot *snapshot, const char *topic, const char *group);

#endif
