#include "watch.h"

#include "log.h"
#include "lookout.h"
#include "memory.h"
#include "monotonic.h"
#include "wall_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char UNSEEN[] = "not looked at yet";

enum {
    STOP_MS = 250,
    SILENT_MS = 10000, /* looks end in 3 s: a thread without a result for this long hangs, and so does its server */
};

struct watch {
    struct lookout *kafka, *postgres;
    struct kafka_view *new_kafka; /* taken, not in a snapshot yet; or NULL */
    struct postgres_view *new_postgres;
    int64_t kafka_heard_at, postgres_heard_at, made_at; /* monotonic ms */
    int interval_ms;
    struct snapshot now;
    struct history *history;
    struct moments *moments;
};

static void *look_at_kafka(void *observer)
{
    return kafka_observer_look(observer);
}

static void *look_at_postgres(void *observer)
{
    return postgres_observer_look(observer);
}

static void forget_kafka(void *view)
{
    kafka_view_free(view);
}

static void forget_postgres(void *view)
{
    postgres_view_free(view);
}

static void leave_kafka(void *observer)
{
    kafka_observer_free(observer);
}

static void leave_postgres(void *observer)
{
    postgres_observer_free(observer);
}

static const struct lookout_task KAFKA = { look_at_kafka, forget_kafka, leave_kafka };
static const struct lookout_task POSTGRES = { look_at_postgres, forget_postgres, leave_postgres };

static void not_heard(struct view_state *state, const char *reason)
{
    state->up = false;
    snprintf(state->reason, sizeof(state->reason), "%s", reason);
}

struct watch *watch_start(struct kafka_observer *kafka, struct postgres_observer *postgres, int interval_ms)
{
    struct watch *watch = checked(calloc(1, sizeof(*watch)));

    watch->interval_ms = interval_ms;
    watch->now.kafka = kafka_view_new(0);
    watch->now.postgres = postgres_view_new(0, 0);
    not_heard(&watch->now.kafka->state, UNSEEN);
    not_heard(&watch->now.postgres->state, UNSEEN);
    watch->kafka_heard_at = watch->postgres_heard_at = watch->made_at = monotonic_ms();
    watch->history = history_new();
    watch->moments = moments_new();
    watch->kafka = lookout_start(&KAFKA, kafka, interval_ms);
    watch->postgres = lookout_start(&POSTGRES, postgres, interval_ms);
    return watch;
}

static void take_views(struct watch *watch)
{
    struct kafka_view *kafka = lookout_take(watch->kafka);
    struct postgres_view *postgres = lookout_take(watch->postgres);

    if (kafka) {
        kafka_view_free(watch->new_kafka);
        watch->new_kafka = kafka;
        watch->kafka_heard_at = monotonic_ms();
    }
    if (postgres) {
        postgres_view_free(watch->new_postgres);
        watch->new_postgres = postgres;
        watch->postgres_heard_at = monotonic_ms();
    }
}

/* Kafka's last view, if there is no new one. */
static struct kafka_view *next_kafka(struct watch *watch)
{
    struct kafka_view *heard = watch->new_kafka, *kept;

    watch->new_kafka = NULL;
    if (heard && heard->state.up)
        return heard;
    kept = kafka_view_copy(watch->now.kafka);
    if (heard)
        not_heard(&kept->state, heard->state.reason);
    else if (monotonic_ms() - watch->kafka_heard_at > SILENT_MS)
        not_heard(&kept->state, "no answer");
    kafka_view_free(heard);
    return kept;
}

static struct postgres_view *next_postgres(struct watch *watch)
{
    struct postgres_view *heard = watch->new_postgres, *kept;

    watch->new_postgres = NULL;
    if (heard && heard->state.up)
        return heard;
    kept = postgres_view_copy(watch->now.postgres);
    if (heard)
        not_heard(&kept->state, heard->state.reason);
    else if (monotonic_ms() - watch->postgres_heard_at > SILENT_MS)
        not_heard(&kept->state, "no answer");
    postgres_view_free(heard);
    return kept;
}

static bool is_unseen(const struct view_state *state)
{
    return !state->up && strcmp(state->reason, UNSEEN) == 0;
}

/* For readers of the log: reports each change once. */
static void log_change(const char *server, const struct view_state *before, const struct view_state *now)
{
    if (now->up && !before->up)
        log_info("monitor", "%s answers", server);
    else if (!now->up && !is_unseen(now) && (before->up || is_unseen(before)))
        log_warn("monitor", "%s is away: %s", server, now->reason);
}

static void make_snapshot(struct watch *watch)
{
    struct snapshot before = watch->now;
    struct kafka_view *kafka = next_kafka(watch);
    struct postgres_view *postgres = next_postgres(watch);

    if (kafka->state.up && kafka->state.at != before.kafka->state.at)
        kafka_view_carry(kafka, before.kafka, !postgres->state.up);
    watch->now = (struct snapshot){ before.number + 1, wall_clock_ms(), kafka, postgres };
    watch->made_at = monotonic_ms();
    log_change("Kafka", &before.kafka->state, &kafka->state);
    log_change("Postgres", &before.postgres->state, &postgres->state);
    moments_compare(watch->moments, &before, &watch->now);
    history_add(watch->history, &watch->now);
    kafka_view_free(before.kafka);
    postgres_view_free(before.postgres);
}

void watch_update(struct watch *watch)
{
    take_views(watch);
    if ((watch->new_kafka && watch->new_postgres) || monotonic_ms() - watch->made_at > watch->interval_ms * 3 / 2)
        make_snapshot(watch);
}

const struct snapshot *watch_snapshot(const struct watch *watch)
{
    return &watch->now;
}

const struct history *watch_history(const struct watch *watch)
{
    return watch->history;
}

const struct moments *watch_moments(const struct watch *watch)
{
    return watch->moments;
}

bool watch_stop(struct watch *watch)
{
    bool kafka_ended = lookout_stop(watch->kafka, STOP_MS);
    bool postgres_ended = lookout_stop(watch->postgres, STOP_MS);

    if (!kafka_ended || !postgres_ended)
        return false;
    kafka_view_free(watch->new_kafka);
    postgres_view_free(watch->new_postgres);
    kafka_view_free(watch->now.kafka);
    postgres_view_free(watch->now.postgres);
    history_free(watch->history);
    moments_free(watch->moments);
    free(watch);
    return true;
}
