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
#include <sysexits.h>

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

int sender_connect(struct sender *sender, const struct lifecycle *lifecycle)
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
    int status = EX_OK;

    if (settings->dry_run)
        return EX_OK;
    sender->publisher = publisher_open(&config, &status);
    if (!sender->publisher)
        return status;
    if (topic_tail_fits(&config, publisher_partitions(sender->publisher), foreign))
        return EX_OK;
    log_error("replay",
              "topic %s holds events of another lifecycle: %s is not in %s; name the topic's own (--lifecycle), or "
              "another topic (--topic)",
              settings->topic, foreign, settings->lifecycle ? settings->lifecycle : "lifecycles/olist.csv");
    return EX_CONFIG;
}

static int status_of(const struct sender *sender, enum publisher_result result)
{
    switch (result) {
    case PUBLISHER_OK:
        return EX_OK;
    case PUBLISHER_STOPPED:
        return publisher_printed(sender->publisher) ? EX_TEMPFAIL : EX_IOERR;
    case PUBLISHER_NO_TOPIC:
        return EX_UNAVAILABLE;
    case PUBLISHER_FATAL:
        return EX_SOFTWARE;
    }
    BUG("unknown publisher_result");
}

static int fail_output(void)
{
    if (errno == EPIPE)
        log_info("replay", "nobody reads standard output any more: the dry run ends here");
    else
        log_error("replay", "standard output cannot be written: %s", strerror(errno));
    return EX_IOERR;
}

/* What a dry run does in place of sending. */
static int pretend(struct sender *sender, const struct event *event, const char *payload)
{
    size_t length;
    char *json;
    bool printed;

    pacer_schedule(&sender->pacer, event->at, 0);
    if (!sender->settings->log_events)
        return EX_OK;
    json = event_json_encode(event, payload, &length);
    text_print(json, stdout);
    printed = putchar('\n') != EOF && !ferror(stdout);
    free(json);
    return printed ? EX_OK : fail_output();
}

static int publish(struct sender *sender, const struct event *event, const char *payload)
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
    return status_of(sender, result);
}

static int hand_over(struct sender *sender, const struct event *event, const char *payload)
{
    int status = sender->publisher ? publish(sender, event, payload) : pretend(sender, event, payload);

    if (status == EX_OK)
        tally_add(&sender->handed_over, event);
    return status;
}

int sender_send(struct sender *sender, const struct event *event, const char *payload)
{
    double share = sender->settings->duplicates;
    int status = hand_over(sender, event, payload);

    if (status != EX_OK || share <= 0 || erand48(sender->random) >= share)
        return status;
    status = hand_over(sender, event, payload);
    sender->duplicates += status == EX_OK;
    return status;
}

int sender_serve(struct sender *sender)
{
    return sender->publisher ? status_of(sender, publisher_serve(sender->publisher, 0)) : EX_OK;
}

int sender_finish(struct sender *sender)
{
    if (sender->publisher)
        return status_of(sender, publisher_finish(sender->publisher));
    return fflush(stdout) == 0 ? EX_OK : fail_output();
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
