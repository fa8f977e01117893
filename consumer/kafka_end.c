#define _GNU_SOURCE /* pthread_timedjoin_np */
#include "kafka_end.h"

#include "log.h"

#include <pthread.h>
#include <time.h>

enum { LIMIT_S = 1 };

static void *destroy(void *kafka)
{
    rd_kafka_destroy_flags(kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); /* it was closed, or has no group */
    return NULL;
}

void kafka_end(rd_kafka_t *kafka)
{
    struct timespec limit;
    pthread_t thread;

    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += LIMIT_S;
    if (pthread_create(&thread, NULL, destroy, kafka) == 0 && pthread_timedjoin_np(thread, NULL, &limit) != 0)
        log_debug("kafka", "librdkafka does not end; what is left of it ends with the process");
}
