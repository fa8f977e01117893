#include "refusals.h"

#include "kafka_trouble.h"
#include "log.h"

#include <inttypes.h>

/* The permission to read includes the other one that is needed, to describe. */
void refusals_explain(const struct refusals *refusals, rd_kafka_resp_err_t error, char text[KAFKA_ACCESS_SIZE])
{
    bool is_group = error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;

    kafka_access_explain(rd_kafka_conf(refusals->kafka), "Read", is_group ? "group" : "topic",
                         is_group ? refusals->group : refusals->topic, text);
}

/* Several requests find out that the topic is gone. */
static void tell_topic_gone(struct refusals *refusals)
{
    if (!refusals->is_topic_gone)
        log_warn("source", "topic %s does not exist any more; waiting for it", refusals->topic);
    refusals->is_topic_gone = true;
}

static void tell_denied(struct refusals *refusals, rd_kafka_resp_err_t error)
{
    char text[KAFKA_ACCESS_SIZE];

    if (refusals->told == error)
        return;
    refusals->told = error;
    refusals_explain(refusals, error, text);
    log_warn("source", "trying again until it is granted: %s", text);
}

bool refusals_tell(struct refusals *refusals, rd_kafka_resp_err_t error)
{
    if (kafka_trouble_is_missing_topic(error))
        tell_topic_gone(refusals);
    else if (kafka_access_is_denied(error))
        tell_denied(refusals, error);
    else
        return false;
    return true;
}

void refusals_tell_message(struct refusals *refusals, const rd_kafka_message_t *message)
{
    if (refusals_tell(refusals, message->err) || refusals->told == message->err)
        return;
    refusals->told = message->err;
    if (message->err == RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL)
        log_warn("source",
                 "group %s has members whose assignment strategy is not 'range', so this one cannot "
                 "join; stop them, or use another group (--group); trying again",
                 refusals->group);
    else
        log_warn("source", "%s topic=%s partition=%" PRId32 " group=%s", rd_kafka_message_errstr(message),
                 refusals->topic, message->rkt ? message->partition : RD_KAFKA_PARTITION_UA, refusals->group);
}

void refusals_forget(struct refusals *refusals)
{
    refusals->told = RD_KAFKA_RESP_ERR_NO_ERROR;
}
