#include "ownership.h"

#include "log.h"

void ownership_init(struct ownership *ownership, bool is_incremental)
{
    *ownership = (struct ownership){
        .is_incremental = is_incremental,
        .owned = rd_kafka_topic_partition_list_new(1),
        .reading = rd_kafka_topic_partition_list_new(1),
        .taken = rd_kafka_topic_partition_list_new(1),
    };
}

void ownership_release(struct ownership *ownership)
{
    rd_kafka_topic_partition_list_destroy(ownership->owned);
    rd_kafka_topic_partition_list_destroy(ownership->reading);
    rd_kafka_topic_partition_list_destroy(ownership->taken);
}

static void replace(rd_kafka_topic_partition_list_t **list, const rd_kafka_topic_partition_list_t *other)
{
    rd_kafka_topic_partition_list_t *copy = rd_kafka_topic_partition_list_copy(other);

    rd_kafka_topic_partition_list_destroy(*list);
    *list = copy;
}

static void clear(rd_kafka_topic_partition_list_t **list)
{
    rd_kafka_topic_partition_list_destroy(*list);
    *list = rd_kafka_topic_partition_list_new(1);
}

/* Those of `more` that `list` and `without` have not. */
static void add_all(rd_kafka_topic_partition_list_t *list, const rd_kafka_topic_partition_list_t *more,
                    const rd_kafka_topic_partition_list_t *without)
{
    for (int i = 0; more && i < more->cnt; i++) {
        const rd_kafka_topic_partition_t *one = &more->elems[i];

        if (!rd_kafka_topic_partition_list_find(list, one->topic, one->partition) &&
            !(without && rd_kafka_topic_partition_list_find(without, one->topic, one->partition)))
            rd_kafka_topic_partition_list_add(list, one->topic, one->partition);
    }
}

void ownership_add(struct ownership *ownership, const rd_kafka_topic_partition_list_t *partitions)
{
    if (!ownership->is_incremental)
        clear(&ownership->owned);
    add_all(ownership->owned, partitions, NULL);
}

void ownership_take(struct ownership *ownership, const rd_kafka_topic_partition_list_t *partitions)
{
    add_all(ownership->taken, partitions, NULL);
}

void ownership_note(struct ownership *ownership, const rd_kafka_topic_partition_list_t *list)
{
    replace(&ownership->owned, list);
}

/* Logged for who looks closely: what cannot be assigned is tried again, and where that is over, no matter. */
static rd_kafka_resp_err_t finish(rd_kafka_error_t *error)
{
    rd_kafka_resp_err_t failed = rd_kafka_error_code(error);

    if (failed)
        log_debug("source", "partitions are not assigned as they should be: %s", rd_kafka_error_string(error));
    if (error)
        rd_kafka_error_destroy(error);
    return failed;
}

static rd_kafka_resp_err_t stop_reading(struct ownership *ownership)
{
    rd_kafka_resp_err_t failed = finish(rd_kafka_incremental_unassign(ownership->kafka, ownership->reading));

    clear(&ownership->reading);
    return failed;
}

rd_kafka_resp_err_t ownership_read(struct ownership *ownership, const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;

    if (!ownership->is_incremental)
        return rd_kafka_assign(ownership->kafka, list);
    if (ownership->reading->cnt > 0)
        failed = stop_reading(ownership);
    if (!failed)
        failed = finish(rd_kafka_incremental_assign(ownership->kafka, list));
    if (!failed)
        replace(&ownership->reading, list);
    return failed;
}

bool ownership_give_up(struct ownership *ownership)
{
    rd_kafka_topic_partition_list_t *left = rd_kafka_topic_partition_list_new(1);

    if (ownership->is_incremental) {
        stop_reading(ownership);
        add_all(left, ownership->owned, ownership->taken);
    } else {
        rd_kafka_assign(ownership->kafka, NULL);
    }
    clear(&ownership->taken);
    rd_kafka_topic_partition_list_destroy(ownership->owned);
    ownership->owned = left;
    return left->cnt > 0;
}
