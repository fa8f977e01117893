#define _POSIX_C_SOURCE 200809L /* strdup */
#include "log_search.h"

#include "kafka_access.h"
#include "kafka_conf.h"
#include "kafka_trouble.h"
#include "memory.h"
#include "monotonic.h"
#include "stop.h"
#include "text.h"
#include "watermarks.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_OFFSETS = 50000, /* over all partitions: more would make the monitor large */
    SLICE_MS = 100,
    WORD_SIZE = 64,          /* of an event's id and type */
    PAYLOAD_MAX = 64 * 1024, /* larger values are not decoded */
    REASON_TEXT_SIZE = 1536,
};

static const struct kafka_setting SETTINGS[] = {
    { "client.id", "order-monitor", KAFKA_DEFAULT },
    { "enable.auto.commit", "false", KAFKA_FIXED },
    { "isolation.level", "read_committed", KAFKA_DEFAULT }, /* the same records as order-consumer reads */
    { "auto.offset.reset", "earliest", KAFKA_DEFAULT },     /* if retention was faster */
    { "fetch.wait.max.ms", "10", KAFKA_DEFAULT },
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT },
    { "log_level", "2", KAFKA_DEFAULT }, /* errors go to on_error instead of the log */
    { 0 },
};

/*
 * These win over the user's properties, which are for all programs: a consumer's would make the monitor large. Small fetches, because
 * those at the end of a chunk read too far, and may be compressed. The queue has room for a chunk of usual records: if it is full,
 * librdkafka 2.0.2 waits for about a second before it fetches again.
 */
static const struct kafka_setting OWN_SETTINGS[] = {
    { "allow.auto.create.topics", "false", KAFKA_FIXED },
    { "enable.auto.offset.store", "false", KAFKA_FIXED },
    { "enable.partition.eof", "true", KAFKA_FIXED },
    { "message.max.bytes", "1000000", KAFKA_FIXED }, /* fetch.max.bytes must not be smaller */
    { "fetch.max.bytes", "1048576", KAFKA_FIXED },
    { "fetch.message.max.bytes", "65536", KAFKA_FIXED },
    { "queued.max.messages.kbytes", "16384", KAFKA_FIXED },
    { 0 },
};

struct log_search {
    const char *brokers, *topic, *group;
    const struct option_values *properties;
    rd_kafka_t *kafka; /* NULL while it is closed */
    struct kafka_trouble trouble;
};

/* A partition. Its chunk is from start to stop, and what follows was searched before. */
struct range {
    int64_t low, end; /* of the log */
    int64_t start, next, stop;
};

struct hit {
    int32_t partition;
    int64_t offset, timestamp;
    char event_id[WORD_SIZE], event_type[WORD_SIZE]; /* "" if it has none */
};

struct search {
    const char *key;
    size_t key_length;
    struct range *ranges; /* one for each partition */
    int partitions, unfinished;
    int64_t searched;
    struct hit hits[LOG_SEARCH_RECORDS];
    int64_t found;
    int64_t ends_at;
};

/* --- the client */

static void on_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque)
{
    struct log_search *log = opaque;

    (void)kafka;
    if (kafka_trouble_is_connection(error))
        kafka_trouble_note(&log->trouble, error, reason);
}

static bool open_client(struct log_search *log, char *reason)
{
    rd_kafka_conf_t *conf;

    if (log->kafka)
        return true;
    conf = kafka_conf_new(log->brokers, log->group, SETTINGS, log->properties, reason);
    if (!conf)
        return false;
    for (const struct kafka_setting *setting = OWN_SETTINGS; setting->name; setting++)
        rd_kafka_conf_set(conf, setting->name, setting->value, NULL, 0);
    rd_kafka_conf_set_opaque(conf, log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    log->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, REASON_TEXT_SIZE);
    if (!log->kafka)
        rd_kafka_conf_destroy(conf);
    return log->kafka;
}

static void rest(void *server)
{
    struct log_search *log = server;

    if (log->kafka)
        rd_kafka_destroy_flags(log->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    log->kafka = NULL;
    log->trouble = (struct kafka_trouble){ 0 };
}

static void end(void *server)
{
    rest(server);
    free(server);
}

/* --- where to search */

static int time_left(const struct search *search)
{
    int64_t left = search->ends_at - monotonic_ms();

    return left > 1 ? (int)left : 1;
}

static rd_kafka_resp_err_t count_partitions(const struct log_search *log, struct search *search)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(log->kafka, log->topic, NULL);
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t failed;

    if (!topic)
        return rd_kafka_last_error();
    failed = rd_kafka_metadata(log->kafka, 0, topic, &metadata, time_left(search));
    rd_kafka_topic_destroy(topic);
    if (failed)
        return failed;
    failed = metadata->topics[0].err;
    search->partitions = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    return failed || search->partitions > 0 ? failed : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

static void set_ranges(struct search *search, const struct watermarks *marks)
{
    for (int i = 0; i < search->partitions; i++) {
        struct range *range = &search->ranges[i];

        range->low = marks[i].low;
        range->start = range->end = marks[i].high;
    }
}

static rd_kafka_resp_err_t find_ranges(const struct log_search *log, struct search *search)
{
    rd_kafka_resp_err_t failed = count_partitions(log, search);
    rd_kafka_topic_partition_list_t *all;
    struct watermarks *marks;

    if (failed)
        return failed;
    all = rd_kafka_topic_partition_list_new(search->partitions);
    rd_kafka_topic_partition_list_add_range(all, log->topic, 0, search->partitions - 1);
    marks = checked(calloc((size_t)search->partitions, sizeof(*marks)));
    search->ranges = checked(calloc((size_t)search->partitions, sizeof(*search->ranges)));
    failed = watermarks_query(log->kafka, all, time_left(search), marks);
    if (!failed)
        set_ranges(search, marks);
    free(marks);
    rd_kafka_topic_partition_list_destroy(all);
    return failed;
}

/* --- the search */

static void copy_word(char word[WORD_SIZE], const cJSON *json)
{
    if (cJSON_IsString(json) && strlen(json->valuestring) < WORD_SIZE)
        snprintf(word, WORD_SIZE, "%s", json->valuestring);
    text_clean(word);
}

static void take_hit(struct search *search, const rd_kafka_message_t *message)
{
    struct hit *hit = &search->hits[search->found];
    cJSON *value =
        message->payload && message->len <= PAYLOAD_MAX ? cJSON_ParseWithLength(message->payload, message->len) : NULL;

    hit->partition = message->partition;
    hit->offset = message->offset;
    hit->timestamp = rd_kafka_message_timestamp(message, NULL);
    copy_word(hit->event_id, cJSON_GetObjectItemCaseSensitive(value, "eventId"));
    copy_word(hit->event_type, cJSON_GetObjectItemCaseSensitive(value, "eventType"));
    cJSON_Delete(value);
}

static void take_record(struct search *search, const rd_kafka_message_t *message)
{
    if (message->key_len != search->key_length || memcmp(message->key, search->key, search->key_length) != 0)
        return;
    if (search->found < LOG_SEARCH_RECORDS)
        take_hit(search, message);
    search->found++;
}

/* A record, or the end of a partition. What comes after the chunk is left out, and what a truncated log has before it, too. */
static void take(struct search *search, const rd_kafka_message_t *message)
{
    struct range *range = &search->ranges[message->partition];
    bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF || message->offset >= range->stop;
    int64_t next = is_end ? range->stop : message->offset + 1;

    if (range->next >= range->stop || next <= range->next)
        return;
    if (!is_end)
        take_record(search, message);
    search->searched += next - range->next;
    range->next = next;
    if (next == range->stop)
        search->unfinished--;
}

static int count_unsearched(const struct search *search)
{
    int count = 0;

    for (int i = 0; i < search->partitions; i++)
        count += search->ranges[i].start > search->ranges[i].low;
    return count;
}

/* Of each partition what is before the previous chunk. False: there is nothing left, or it is enough. */
static bool choose_chunk(struct search *search)
{
    int64_t share;

    search->unfinished = count_unsearched(search);
    if (search->unfinished == 0 || search->searched >= LOG_SEARCH_OFFSETS)
        return false;
    share = CHUNK_OFFSETS / search->unfinished + 1;
    for (int i = 0; i < search->partitions; i++) {
        struct range *range = &search->ranges[i];

        range->stop = range->start;
        range->start = range->next = range->stop - range->low > share ? range->stop - share : range->low;
    }
    return true;
}

static rd_kafka_resp_err_t assign_chunk(const struct log_search *log, const struct search *search)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(search->unfinished);
    rd_kafka_resp_err_t failed;

    for (int i = 0; i < search->partitions; i++) {
        if (search->ranges[i].next < search->ranges[i].stop)
            rd_kafka_topic_partition_list_add(list, log->topic, i)->offset = search->ranges[i].next;
    }
    failed = rd_kafka_assign(log->kafka, list);
    rd_kafka_topic_partition_list_destroy(list);
    return failed;
}

static bool has_time(const struct search *search)
{
    return monotonic_ms() < search->ends_at && !stop_requested();
}

static rd_kafka_resp_err_t read_chunk(const struct log_search *log, struct search *search)
{
    rd_kafka_resp_err_t failed = assign_chunk(log, search);

    while (!failed && search->unfinished > 0 && has_time(search)) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(log->kafka, SLICE_MS);

        if (!message)
            continue;
        if (!message->err || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            take(search, message);
        else if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) /* of the group nothing is needed */
            failed = message->err;
        rd_kafka_message_destroy(message);
    }
    return failed;
}

/* A search that runs out of time has not failed: the answer says how much was searched. */
static rd_kafka_resp_err_t read_log(const struct log_search *log, struct search *search)
{
    rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;

    while (!failed && has_time(search) && choose_chunk(search))
        failed = read_chunk(log, search);
    rd_kafka_assign(log->kafka, NULL);
    return failed;
}

/* --- the answer */

static int by_place(const void *left, const void *right)
{
    const struct hit *a = left, *b = right;

    if (a->partition != b->partition)
        return a->partition < b->partition ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void add_number(cJSON *object, const char *name, int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, value);
    checked(cJSON_AddRawToObject(object, name, text));
}

static void add_word(cJSON *object, const char *name, const char *word)
{
    if (*word)
        checked(cJSON_AddStringToObject(object, name, word));
    else
        checked(cJSON_AddNullToObject(object, name));
}

static void add_hit(cJSON *records, const struct hit *hit)
{
    cJSON *record = checked(cJSON_CreateObject());

    add_number(record, "partition", hit->partition);
    add_number(record, "offset", hit->offset);
    add_number(record, "timestamp", hit->timestamp);
    add_word(record, "eventId", hit->event_id);
    add_word(record, "eventType", hit->event_type);
    if (!cJSON_AddItemToArray(records, record))
        OUT_OF_MEMORY();
}

static char *print(const struct log_search *log, struct search *search)
{
    size_t count = search->found < LOG_SEARCH_RECORDS ? (size_t)search->found : LOG_SEARCH_RECORDS;
    cJSON *json = checked(cJSON_CreateObject()), *records;
    int64_t held = 0;
    char *text;

    for (int i = 0; i < search->partitions; i++)
        held += search->ranges[i].end - search->ranges[i].low;
    checked(cJSON_AddStringToObject(json, "topic", log->topic));
    checked(cJSON_AddStringToObject(json, "order", search->key));
    add_number(json, "found", search->found);
    add_number(json, "searched", search->searched);
    add_number(json, "held", held);
    records = checked(cJSON_AddArrayToObject(json, "records"));
    qsort(search->hits, count, sizeof(search->hits[0]), by_place);
    for (size_t i = 0; i < count; i++)
        add_hit(records, &search->hits[i]);
    text = checked(cJSON_PrintUnformatted(json));
    cJSON_Delete(json);
    return text;
}

static void explain(const struct log_search *log, rd_kafka_resp_err_t failed, char reason[REASON_TEXT_SIZE])
{
    if (kafka_access_is_denied(failed))
        kafka_access_explain(rd_kafka_conf(log->kafka), "Read", "topic", log->topic, reason);
    else if (kafka_trouble_is_missing_topic((int)failed))
        snprintf(reason, REASON_TEXT_SIZE, "there is no topic %s", log->topic);
    else if (kafka_trouble_is_connection((int)failed) && log->trouble.code)
        kafka_trouble_explain(&log->trouble, log->brokers, reason);
    else
        snprintf(reason, REASON_TEXT_SIZE, "%s", rd_kafka_err2str(failed));
}

static bool search_log(struct log_search *log, struct search *search, char reason[REASON_TEXT_SIZE])
{
    rd_kafka_resp_err_t failed;

    if (!open_client(log, reason))
        return false;
    failed = find_ranges(log, search);
    if (!failed)
        failed = read_log(log, search);
    rd_kafka_poll(log->kafka, 0); /* serves on_error */
    if (failed)
        explain(log, failed, reason);
    return !failed;
}

static enum question_result answer(void *server, int kind, const char *id, char **text)
{
    struct search *search = checked(calloc(1, sizeof(*search)));
    char reason[REASON_TEXT_SIZE] = "";
    bool is_done;

    (void)kind;
    search->key = id;
    search->key_length = strlen(id);
    search->ends_at = monotonic_ms() + LOG_SEARCH_MS;
    is_done = search_log(server, search, reason);
    text_one_line(reason);
    text_clean(reason);
    *text = is_done ? print(server, search) : checked(strdup(reason));
    free(search->ranges);
    free(search);
    return is_done ? QUESTION_ANSWERED : QUESTION_AWAY;
}

struct questions *log_search_start(const char *brokers, const char *topic, const char *group,
                                   const struct option_values *properties)
{
    struct log_search *log = checked(calloc(1, sizeof(*log)));

    log->brokers = brokers;
    log->topic = topic;
    log->group = group;
    log->properties = properties;
    return questions_start(&(struct answerer){ log, answer, rest, end });
}
