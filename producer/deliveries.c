#include "deliveries.h"

#include "event_id.h"
#include "event_line.h"
#include "log.h"
#include "timestamp.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TYPE_BITS = 6, TIME_BITS = 48 }; /* 9999-12-31T23:59:59.999 takes 48 */

_Static_assert(EVENT_TYPES_MAX <= 1 << TYPE_BITS, "a type's number has a place in the pointer");
_Static_assert(TIMESTAMP_LAST < (int64_t)1 << TIME_BITS, "a time has a place in the pointer");
_Static_assert(sizeof(uintptr_t) * 8 >= TIME_BITS + TYPE_BITS, "time and type of an event travel in a pointer");

void deliveries_init(struct deliveries *deliveries, const struct event_form *form, bool prints_events)
{
    *deliveries = (struct deliveries){ .form = form, .prints_events = prints_events };
    tally_init(&deliveries->counts.acknowledged);
}

void *deliveries_opaque(const struct event *event)
{
    return (void *)((uintptr_t)event->at << TYPE_BITS | (uintptr_t)event->type->number);
}

static void unpack(const struct event_form *form, const rd_kafka_message_t *message, struct event *event)
{
    uintptr_t packed = (uintptr_t)message->_private;

    event->type = &form->types[packed & ((1 << TYPE_BITS) - 1)];
    event->at = (int64_t)(packed >> TYPE_BITS);
    memcpy(event->order_id, message->key, message->key_len);
    event->order_id[message->key_len] = '\0';
}

static void note_output_error(struct deliveries *deliveries)
{
    if (!deliveries->output_failed)
        log_error("publisher", "standard output cannot be written, so the replay ends: %s", strerror(errno));
    deliveries->output_failed = true;
}

static void print_event(struct deliveries *deliveries, struct event *event, int32_t partition, int64_t offset)
{
    char line[EVENT_LINE_SIZE];

    event->id = event_id_make(event->order_id, event->type, event->at);
    event_line(event, line);
    if (printf("%s partition=%" PRId32 " offset=%" PRId64 "\n", line, partition, offset) < 0)
        note_output_error(deliveries);
}

enum delivery deliveries_settle(struct deliveries *deliveries, const rd_kafka_message_t *message, struct event *event)
{
    struct publisher_counts *counts = &deliveries->counts;

    deliveries->on_its_way--;
    unpack(deliveries->form, message, event);
    switch (message->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        tally_add(&counts->acknowledged, event);
        if (deliveries->prints_events)
            print_event(deliveries, event, message->partition, message->offset);
        return DELIVERY_ACKNOWLEDGED;
    case RD_KAFKA_RESP_ERR__PURGE_QUEUE:
    case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT:
        /* One that waits for its retry is in the queue too, but may have been written. */
        if (rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
            counts->not_sent++;
        else
            counts->unknown++;
        return DELIVERY_DROPPED;
    default:
        counts->failed++;
        return DELIVERY_FAILED;
    }
}

void deliveries_flush(struct deliveries *deliveries)
{
    if (deliveries->prints_events && fflush(stdout) != 0)
        note_output_error(deliveries);
}

void deliveries_give_up(struct deliveries *deliveries)
{
    deliveries->counts.unknown += (uint64_t)deliveries->on_its_way;
    deliveries->on_its_way = 0;
    if (deliveries->counts.unknown > 0)
        log_warn("publisher",
                 "no answer to %" PRIu64 " events that were sent: they may or may not be in the topic; "
                 "replaying them is safe",
                 deliveries->counts.unknown);
}
