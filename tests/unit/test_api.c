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

SUITE("api", status_has_all_types_with_their_whole_names)
