#include "send_errors.h"

#include "kafka_access.h"
#include "kafka_trouble.h"
#include "log.h"

enum { EVENTS_LOGGED = 10 };

static void note_gone(struct send_errors *errors, const char *what, const char *remedy)
{
    if (!errors->is_topic_gone)
        log_error("publisher", "topic %s %s, so the replay ends; %s", errors->topic, what, remedy);
    errors->is_topic_gone = true;
}

void send_errors_note_missing_topic(struct send_errors *errors)
{
    note_gone(errors, "does not exist any more", "create it (--create-topic) and replay again");
}

void send_errors_note_other_topic(struct send_errors *errors)
{
    note_gone(errors, "was recreated or lost records", "replay again");
}

static void note_denied(struct send_errors *errors)
{
    char text[KAFKA_ACCESS_SIZE];

    if (errors->is_denied)
        return;
    kafka_access_explain(rd_kafka_conf(errors->kafka), "Write", "topic", errors->topic, text);
    log_error("publisher", "%s", text);
    errors->is_denied = true;
}

void send_errors_note_event(struct send_errors *errors, const struct event *event, rd_kafka_resp_err_t error)
{
    if (kafka_trouble_is_missing_topic(error))
        send_errors_note_missing_topic(errors);
    else if (kafka_access_is_denied(error))
        note_denied(errors);
    else if (errors->other_count++ < EVENTS_LOGGED)
        log_error("publisher", "the event was refused permanently: %s orderId=%s eventType=%s", rd_kafka_err2str(error),
                  event->order_id, event->type->name);
}
