#define _GNU_SOURCE /* erand48 */
#include "sender.h"

#include "bug.h"
#include "event_json.h"
#include "log.h"
#include "report.h"
#include "text.h"
#include "topic_tail.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sender_init(struct sender *sender, const struct settings *settings)
{
    /* The whole 48 bits of erand48's state depend on the seed. */
    *sender = (struct sender){
        .settings = settings,
        .random = { 0x330E, (unsigned short)settings->seed, (unsigned short)(settings->seed >> 16) },
    };
    tally_init(&sender->handed_over);
    pacer_init(&sender->pacer, settings->speed, settings->rate);
}

enum replay_end sender_connect(struct sender *sender, const struct lifecycle *lifecycle)
{
    const struct settings *settings = sender->settings;
    struct publisher_config config = {
        .form = &lifecycle->form,
        .brokers = settings->program.brokers,
        .topic = settings->topic,
        .properties = &settings->program.properties,
        .create_partitions = settings->create_partitions,
        .allow_compacted = settings->allow_compacted,
        .prints_events = settings->log_events,
    };
    char foreign[EVENT_FOREIGN_SIZE];
    enum replay_end end = REPLAY_OK;

    if (settings->dry_run)
        return REPLAY_OK;
    sender->publisher = publisher_open(&config, &end);
    if (!sender->publisher)
        return end;
    if (topic_tail_fits(&config, publisher_partitions(sender->publisher), foreign))
        return REPLAY_OK;
    log_error("replay",
              "topic %s holds events of another lifecycle: %s is not in %s; name the topic's own (--lifecycle), or "
              "another topic (--topic)",
              settings->topic, foreign, settings->lifecycle ? settings->lifecycle : "lifecycles/olist.csv");
    return REPLAY_WRONG_TOPIC;
}

static enum replay_end end_of(const struct sender *sender, enum publisher_result result)
{
    switch (result) {
    case PUBLISHER_OK:
        return REPLAY_OK;
    case PUBLISHER_STOPPED:
        return publisher_printed(sender->publisher) ? REPLAY_STOPPED : REPLAY_OUTPUT_FAILED;
    case PUBLISHER_NO_TOPIC:
        return REPLAY_NO_TOPIC;
    case PUBLISHER_FATAL:
        return REPLAY_KAFKA_FAILED;
    }
    BUG("unknown publisher_result");
}

static enum replay_end fail_output(void)
{
    if (errno == EPIPE)
        log_info("replay", "nobody reads standard output any more: the dry run ends here");
    else
        log_error("replay", "standard output cannot be written: %s", strerror(errno));
    return REPLAY_OUTPUT_FAILED;
}

/* What a dry run does in place of sending. */
static enum replay_end pretend(struct sender *sender, const struct event *event, const char *payload)
{
    size_t length;
    char *json;
    bool printed;

    pacer_schedule(&sender->pacer, event->at, 0);
    if (!sender->settings->log_events)
        return REPLAY_OK;
    json = event_json_encode(event, payload, &length);
    text_print(json, stdout);
    printed = putchar('\n') != EOF && !ferror(stdout);
    free(json);
    return printed ? REPLAY_OK : fail_output();
}

static enum replay_end publish(struct sender *sender, const struct event *event, const char *payload)
{
    enum publisher_result result = PUBLISHER_OK;
    int wait_ms;

    pacer_next(&sender->pacer, event->at);
    report_pause(&sender->pacer);
    while (result == PUBLISHER_OK && (wait_ms = pacer_wait_ms(&sender->pacer)) > 0)
        result = publisher_serve(sender->publisher, wait_ms);
    if (result == PUBLISHER_OK)
        result = publisher_send(sender->publisher, event, payload);
    if (result == PUBLISHER_OK)
        pacer_sent(&sender->pacer);
    return end_of(sender, result);
}

static enum replay_end hand_over(struct sender *sender, const struct event *event, const char *payload)
{
    enum replay_end end = sender->publisher ? publish(sender, event, payload) : pretend(sender, event, payload);

    if (end == REPLAY_OK)
        tally_add(&sender->handed_over, event);
    return end;
}

enum replay_end sender_send(struct sender *sender, const struct event *event, const char *payload)
{
    double share = sender->settings->duplicates;
    enum replay_end end = hand_over(sender, event, payload);

    if (end != REPLAY_OK || share <= 0 || erand48(sender->random) >= share)
        return end;
    end = hand_over(sender, event, payload);
    sender->duplicates += end == REPLAY_OK;
    return end;
}

enum replay_end sender_serve(struct sender *sender)
{
    return sender->publisher ? end_of(sender, publisher_serve(sender->publisher, 0)) : REPLAY_OK;
}

enum replay_end sender_finish(struct sender *sender)
{
    if (sender->publisher)
        return end_of(sender, publisher_finish(sender->publisher));
    return fflush(stdout) == 0 ? REPLAY_OK : fail_output();
}

void sender_abandon(struct sender *sender)
{
    if (sender->publisher)
        publisher_abandon(sender->publisher);
    else
        fflush(stdout);
}

void sender_release(struct sender *sender)
{
    publisher_free(sender->publisher);
    sender->publisher = NULL;
}
