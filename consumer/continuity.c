/*
 * Uses interceptors, because librdkafka's error callback reports the same error only once in 30 s.
 */
#include "continuity.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

static const char NAME[] = "continuity";

enum { ANY = -1 };

/* Brokers without an id are those of the start, before they are known, and the coordinator: nothing is fetched from them. */
static rd_kafka_resp_err_t on_state(rd_kafka_t *kafka, int32_t broker, const char *protocol, const char *name, int port,
                                    const char *state, void *opaque)
{
    struct continuity *continuity = opaque;

    (void)kafka;
    (void)protocol;
    (void)name;
    (void)port;
    if (broker >= 0 && strcmp(state, "UP") == 0)
        atomic_fetch_add(&continuity->connections, 1);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *kafka, const rd_kafka_conf_t *conf, void *opaque,
                                  char *error, /* NOLINT(readability-non-const-parameter): its type */
                                  size_t size)
{
    (void)conf;
    (void)error;
    (void)size;
    return rd_kafka_interceptor_add_on_broker_state_change(kafka, NAME, on_state, opaque);
}

void continuity_watch(struct continuity *continuity, rd_kafka_conf_t *conf)
{
    rd_kafka_conf_interceptor_add_on_new(conf, NAME, on_new, continuity);
}

void continuity_release(struct continuity *continuity)
{
    free(continuity->brokers);
    continuity->brokers = NULL;
    continuity->partitions = 0;
}

void continuity_begin(struct continuity *continuity)
{
    continuity->compared_at = atomic_load(&continuity->connections);
    for (size_t i = 0; i < continuity->partitions; i++)
        continuity->brokers[i] = ANY;
}

static void make_room(struct continuity *continuity, size_t partitions)
{
    continuity->brokers = checked(realloc(continuity->brokers, partitions * sizeof(*continuity->brokers)));
    while (continuity->partitions < partitions)
        continuity->brokers[continuity->partitions++] = ANY;
}

void continuity_expect(struct continuity *continuity, int32_t partition, int32_t broker)
{
    if ((size_t)partition >= continuity->partitions)
        make_room(continuity, (size_t)partition + 1);
    continuity->brokers[partition] = broker;
}

bool continuity_holds(const struct continuity *continuity)
{
    return atomic_load(&continuity->connections) == continuity->compared_at;
}

bool continuity_is_of(struct continuity *continuity, int32_t partition, int32_t broker)
{
    if (broker < 0)
        return true;
    if ((size_t)partition >= continuity->partitions || continuity->brokers[partition] < 0)
        continuity_expect(continuity, partition, broker);
    return continuity->brokers[partition] == broker;
}
