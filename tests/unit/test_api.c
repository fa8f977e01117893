#include "api.h"

#include "suite.h"
#include "views.h"

#include <cjson/cJSON.h>
#include <signal.h>
#include <string.h>

START_TEST(status_has_all_types_with_their_whole_names)
{
    static const struct api_source SOURCE = { "t", "g", 1 };
    struct snapshot now = view_snapshot(0, 1000);
    cJSON *json;
    const cJSON *types;
    char *text;

    view_longest_types(&now);
    text = api_status(&SOURCE, &now);
    json = cJSON_Parse(text);
    types = cJSON_GetObjectItem(cJSON_GetObjectItem(json, "postgres"), "types");
    ck_assert_int_eq(cJSON_GetArraySize(types), VIEW_TYPES_MAX);
    for (int i = 0; i < VIEW_TYPES_MAX; i++) {
        const cJSON *type = cJSON_GetArrayItem(types, i);
        char name[TYPE_NAME_SIZE];

        view_longest_type((size_t)i, name);
        ck_assert_uint_eq(strlen(name), 63);
        ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(type, "type")), name);
        ck_assert_double_eq(cJSON_GetNumberValue(cJSON_GetObjectItem(type, "events")), i);
    }
    cJSON_Delete(json);
    free(text);
    view_release(&now);
}
END_TEST

static const struct {
    const char *name;
    int value;
} OUTCOMES[] = { { "received", 21 }, { "applied", 1 }, { "duplicate", 2 }, { "redelivered", 3 }, { "quarantined", 4 },
                 { "retired", 7 },   { "absent", 5 },  { "deleted", 6 },   { "uncounted", 8 } };

static void check_outcomes(const cJSON *json)
{
    ck_assert_ptr_nonnull(json);
    for (int i = 0; i < ROWS(OUTCOMES); i++)
        ck_assert_double_eq(cJSON_GetNumberValue(cJSON_GetObjectItem(json, OUTCOMES[i].name)), OUTCOMES[i].value);
}

START_TEST(status_and_history_have_all_outcomes)
{
    static const struct api_source SOURCE = { "t", "g", 1 };
    struct snapshot now = view_snapshot(1, 1000);
    struct history *history = history_new();
    struct moments *moments = moments_new();
    char *status, *samples;
    const cJSON *partition;
    cJSON *json;

    now.postgres->partitions[0] = (struct partition_outcomes){ 0, 21, 1, 2, 3, 4, 7, 5, 6, 8, 90 };
    now.postgres->conflicts = 11;
    view_member(&now, "a");
    history_add(history, &now);
    status = api_status(&SOURCE, &now);
    json = cJSON_Parse(status);
    partition = cJSON_GetArrayItem(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "postgres"), "partitions"), 0);
    check_outcomes(partition);
    ck_assert_double_eq(cJSON_GetNumberValue(cJSON_GetObjectItem(partition, "next")), 90);
    ck_assert_ptr_nonnull(cJSON_GetStringValue(cJSON_GetObjectItem(json, "version")));
    cJSON_Delete(json);
    samples = api_history(&SOURCE, history, moments, 0);
    json = cJSON_Parse(samples);
    check_outcomes(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "samples"), 0));
    ck_assert_ptr_nonnull(strstr(samples, "\"members\":1,"));
    ck_assert_ptr_nonnull(strstr(samples, "\"conflicts\":11}"));
    cJSON_Delete(json);
    free(status);
    free(samples);
    moments_free(moments);
    history_free(history);
    view_release(&now);
}
END_TEST

START_TEST(a_moment_has_its_parts)
{
    static const struct api_source SOURCE = { "t", "g", 1 };
    struct snapshot before = view_snapshot(1, 1000), now = view_snapshot(1, 2000);
    struct history *history = history_new();
    struct moments *moments = moments_new();
    char *text;

    view_member(&now, "a");
    view_partition(&now, 0, 0, 10, 5, 0);
    now.postgres->state.up = false;
    snprintf(now.postgres->state.reason, VIEW_REASON_SIZE, "\"gone\"");
    moments_compare(moments, &before, &now);
    history_add(history, &now);
    text = api_history(&SOURCE, history, moments, 0);
    ck_assert_ptr_nonnull(strstr(text, "\"kind\":\"postgres-away\",\"text\":\"Postgres is away: \\\"gone\\\"\",\"numbers\":[],"
                                       "\"reason\":\"\\\"gone\\\"\"}"));
    ck_assert_ptr_nonnull(strstr(text, "\"kind\":\"joined\",\"text\":\"Member a has joined, from /127.0.0.1\",\"numbers\":[],"
                                       "\"member\":\"a\",\"client\":\"\",\"host\":\"/127.0.0.1\"}"));
    ck_assert_ptr_nonnull(strstr(text, "\"kind\":\"rebalance\""));
    ck_assert_ptr_nonnull(strstr(text, "\"numbers\":[1,1,1]}"));
    free(text);
    moments_free(moments);
    history_free(history);
    view_release(&before);
    view_release(&now);
}
END_TEST

START_TEST(no_digit_of_an_offset_is_lost)
{
    static const struct api_source SOURCE = { "t", "g", 1 };
    static const int64_t LOW = INT64_MAX - 1000, HIGH = INT64_MAX - 1, COMMITTED = INT64_MAX - 8;
    struct snapshot now = view_snapshot(1, 1000);
    struct history *history = history_new();
    struct moments *moments = moments_new();
    char *status, *samples;

    view_partition(&now, 0, LOW, HIGH, COMMITTED, -1);
    history_add(history, &now);
    status = api_status(&SOURCE, &now);
    ck_assert_ptr_nonnull(strstr(status, "\"low\":9223372036854774807,\"high\":9223372036854775806,"
                                         "\"committed\":9223372036854775799,\"lag\":7,"));
    samples = api_history(&SOURCE, history, moments, 0);
    ck_assert_ptr_nonnull(strstr(samples, "\"high\":[9223372036854775806],\"lag\":[7]"));
    free(status);
    free(samples);
    moments_free(moments);
    history_free(history);
    view_release(&now);
}
END_TEST

static double number_of(const cJSON *json, const char *name)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItem(json, name));
}

static const char *text_of(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
}

START_TEST(lab_has_its_programs_and_the_last_rewind)
{
    static struct lab_state state = {
        .token = "token",
        .phase = LAB_SETTING_OFFSETS,
        .program_count = 3,
        .programs = { { .number = 1, .ended_at = 2000, .started_at = 1000, .child = { .pid = 11, .status = SIGKILL } },
                      { .number = 2, .is_producer = true, .ended_at = 2000, .child = { .status = 64 << 8 } },
                      { .number = 3, .is_stopping = true, .child = { .is_alive = true, .line = "a \"line\"" } } },
        .rewinds = 4,
        .last_rewind = { true, 40, "done" },
    };
    char *text = api_lab(&state);
    cJSON *json = cJSON_Parse(text);
    const cJSON *programs = cJSON_GetObjectItem(json, "programs"), *one = cJSON_GetArrayItem(programs, 0);
    const cJSON *two = cJSON_GetArrayItem(programs, 1), *three = cJSON_GetArrayItem(programs, 2);
    const cJSON *rewind = cJSON_GetObjectItem(json, "rewind");

    ck_assert_int_eq(cJSON_GetArraySize(programs), 3);
    ck_assert_str_eq(text_of(json, "token"), "token");
    ck_assert_str_eq(text_of(json, "phase"), "setting offsets");
    ck_assert(cJSON_IsFalse(cJSON_GetObjectItem(json, "hasData")));
    ck_assert_str_eq(text_of(one, "kind"), "consumer");
    ck_assert_str_eq(text_of(one, "state"), "ended");
    ck_assert_double_eq(number_of(one, "signal"), SIGKILL);
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(one, "status")));
    ck_assert_str_eq(text_of(two, "kind"), "replay");
    ck_assert_double_eq(number_of(two, "status"), 64);
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(two, "signal")));
    ck_assert_str_eq(text_of(three, "state"), "stopping");
    ck_assert_str_eq(text_of(three, "line"), "a \"line\"");
    ck_assert(cJSON_IsNull(cJSON_GetObjectItem(three, "ended")));
    ck_assert_double_eq(number_of(rewind, "count"), 4);
    ck_assert_double_eq(number_of(rewind, "records"), 40);
    ck_assert(cJSON_IsTrue(cJSON_GetObjectItem(rewind, "done")));
    cJSON_Delete(json);
    free(text);
}
END_TEST

START_TEST(an_error_is_json_whatever_it_contains)
{
    char *text = api_error("a \"b\" \xff\n");
    cJSON *json = cJSON_Parse(text);

    ck_assert_str_eq(text_of(json, "error"), "a \"b\" ??");
    cJSON_Delete(json);
    free(text);
}
END_TEST

SUITE("api", status_has_all_types_with_their_whole_names, status_and_history_have_all_outcomes,
      a_moment_has_its_parts, no_digit_of_an_offset_is_lost, lab_has_its_programs_and_the_last_rewind, an_error_is_json_whatever_it_contains)
