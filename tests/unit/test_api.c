#include "api.h"

#include "suite.h"
#include "views.h"

#include <cjson/cJSON.h>
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
    cJSON *json;

    now.postgres->partitions[0] = (struct partition_outcomes){ 0, 21, 1, 2, 3, 4, 7, 5, 6, 8 };
    history_add(history, &now);
    status = api_status(&SOURCE, &now);
    json = cJSON_Parse(status);
    check_outcomes(cJSON_GetArrayItem(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "postgres"), "partitions"), 0));
    cJSON_Delete(json);
    samples = api_history(&SOURCE, history, moments, 0);
    json = cJSON_Parse(samples);
    check_outcomes(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "samples"), 0));
    cJSON_Delete(json);
    free(status);
    free(samples);
    moments_free(moments);
    history_free(history);
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

SUITE("api", status_has_all_types_with_their_whole_names, status_and_history_have_all_outcomes,
      no_digit_of_an_offset_is_lost)
