#include "event_json.h"

#include "event_id.h"
#include "timestamp.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define ID "015edcba-f2e8-8444-ad39-55248fdf10b1"
#define ORDER "e481f51cbdc54678b7cc49136f2d6af7"
#define HEAD "\"eventId\":\"" ID "\",\"eventType\":\"ORDER_PLACED\",\"eventAt\":\"2017-10-02T10:56:33\",\"orderId\":\"" ORDER "\""

static const char *const SELLERS[] = { "a", "b" };

static struct event event_of(const char *order_id, int type, int64_t at)
{
    struct event event = { .type = olist_type(type), .at = at };

    snprintf(event.order_id, sizeof(event.order_id), "%s", order_id);
    event.id = event_id_make(order_id, olist_type(type), at);
    return event;
}

START_TEST(an_event_has_one_form)
{
    struct event event = event_of(ORDER, ORDER_PLACED, INT64_C(1506941793000));
    size_t length;
    char *json = event_json_encode(&event, "{\"customer\":\"c\"}", &length);

    ck_assert_str_eq(json, "{" HEAD ",\"payload\":{\"customer\":\"c\"}}");
    ck_assert_uint_eq(length, strlen(json));
    free(json);
}
END_TEST

START_TEST(a_payload_holds_what_is_there)
{
    static const struct { struct payload payload; const char *json; } CASES[] = {
        { { { { 0 } } }, "{}" },
        { { { [OLIST_CUSTOMER] = { .text = "c" } } }, "{\"customer\":\"c\"}" },
        { { { [OLIST_ESTIMATE] = { .text = "1970-01-01T00:00:01.500" } } },
          "{\"estimatedDeliveryAt\":\"1970-01-01T00:00:01.500\"}" },
        { { { [OLIST_SELLERS] = { .list = SELLERS, .list_count = 2 } } }, "{\"sellers\":[\"a\",\"b\"]}" },
        { { { [OLIST_CUSTOMER] = { .text = "\\\"/" }, [OLIST_UNIQUE_ID] = { .text = "u" },
              [OLIST_REGION] = { .text = "SP" }, [OLIST_CITY] = { .text = "s\xC3\xA3o" },
              [OLIST_SELLERS] = { .list = SELLERS, .list_count = 1 },
              [OLIST_ESTIMATE] = { .text = "1970-01-01T00:00:00" } } },
          "{\"city\":\"s\xC3\xA3o\",\"customer\":\"\\\\\\\"/\",\"customerUniqueId\":\"u\","
          "\"estimatedDeliveryAt\":\"1970-01-01T00:00:00\",\"region\":\"SP\",\"sellers\":[\"a\"]}" },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        char *json = payload_json_encode(&olist()->form, &CASES[i].payload);

        ck_assert_str_eq(json, CASES[i].json);
        free(json);
    }
}
END_TEST

/* Also with every character that an order id may hold. */
START_TEST(what_is_encoded_is_decoded)
{
    for (char c = '!'; c <= '~'; c++) {
        char order_id[ORDER_ID_MAX + 1], reason[REASON_SIZE];
        struct payload_summary summary;
        struct event decoded;
        size_t length;

        memset(order_id, c, ORDER_ID_MAX);
        order_id[ORDER_ID_MAX] = '\0';
        for (int type = 0; type < OLIST_TYPES; type++) {
            struct event event = event_of(order_id, type, INT64_C(1506941793000) + type);
            char *json = event_json_encode(&event, "{\"region\":\"SP\"}", &length);

            ck_assert_msg(event_json_decode(json, length, &olist()->form, &decoded, &summary, reason), "%s", reason);
            ck_assert(memcmp(&decoded.id, &event.id, sizeof(struct event_id)) == 0);
            ck_assert_ptr_eq(decoded.type, event.type);
            ck_assert_int_eq(decoded.at, event.at);
            ck_assert_str_eq(decoded.order_id, order_id);
            ck_assert_str_eq(summary.region, "SP");
            free(json);
        }
    }
}
END_TEST

/* The most that a lifecycle may ask for: 64 types with names of 63 letters, and an order id that doubles when it is escaped. */
START_TEST(the_longest_event_fits)
{
    static struct event_form form;
    char name[EVENT_TYPE_NAME_MAX + 1], order_id[ORDER_ID_MAX + 1], reason[REASON_SIZE];

    memset(order_id, '"', ORDER_ID_MAX);
    order_id[ORDER_ID_MAX] = '\0';
    for (int i = 0; i < EVENT_TYPES_MAX; i++) {
        struct event event = { .at = INT64_C(253402300799999) }, decoded;
        struct payload_summary summary;
        size_t length;
        char *json;

        snprintf(name, sizeof(name), "%0*d", EVENT_TYPE_NAME_MAX, i);
        event.type = event_form_add_type(&form, name);
        memcpy(event.order_id, order_id, sizeof(order_id));
        event.id = event_id_make(order_id, event.type, event.at);
        json = event_json_encode(&event, "{}", &length);
        ck_assert_uint_eq(length, strlen(json));
        ck_assert_msg(event_json_decode(json, length, &form, &decoded, &summary, reason), "%s", reason);
        ck_assert_ptr_eq(decoded.type, event.type);
        ck_assert_int_eq(decoded.type->number, i);
        free(json);
    }
    ck_assert_ptr_null(event_form_add_type(&form, "ONE_MORE"));
}
END_TEST

START_TEST(events_of_another_lifecycle_are_told)
{
    static const struct { const char *payload, *what; } CASES[] = {
        { "{\"customer\":\"c\"}", NULL },
        { "{\"customer\":\"c\",\"shop\":\"s\"}", "payload.shop" },
        { "{\"shop\":{}}", "payload.shop" },
        { "[]", NULL }, /* no event */
    };
    char json[512], what[EVENT_FOREIGN_SIZE];
    struct event_form form = { 0 };
    int length;

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        bool is_foreign;

        length = snprintf(json, sizeof(json), "{" HEAD ",\"payload\":%s}", CASES[i].payload);
        is_foreign = event_json_is_foreign(json, (size_t)length, &olist()->form, what);
        ck_assert_msg(is_foreign == (CASES[i].what != NULL), "%s", json);
        if (is_foreign)
            ck_assert_str_eq(what, CASES[i].what);
    }
    event_form_add_type(&form, "PAID");
    length = snprintf(json, sizeof(json), "{" HEAD ",\"payload\":{}}");
    ck_assert(event_json_is_foreign(json, (size_t)length, &form, what));
    ck_assert_str_eq(what, "ORDER_PLACED");
    json[length / 2] ^= 1; /* its id does not fit any more, or it is no JSON */
    ck_assert(!event_json_is_foreign(json, (size_t)length, &form, what));
    ck_assert(!event_json_is_foreign(NULL, 0, &form, what));
}
END_TEST

/* The hash is over the canonical form, whichever came. */
START_TEST(payloads_are_hashed_in_canonical_form)
{
    static const char CANONICAL[] = "{\"city\":\"x\",\"customer\":\"c\",\"sellers\":[\"b\",\"a\"]}";
    static const char *const SPELLINGS[] = {
        "{\"city\":\"x\",\"customer\":\"c\",\"sellers\":[\"b\",\"a\"]}",
        "{\"sellers\":[\"b\",\"a\"],\"customer\":\"c\",\"city\":\"x\"}",
        " { \"sellers\" : [ \"b\", \"\\u0061\" ] ,\n\"customer\":\"c\", \"city\":\"x\" } ",
    };

    for (size_t i = 0; i < sizeof(SPELLINGS) / sizeof(SPELLINGS[0]); i++) {
        char json[512], reason[REASON_SIZE];
        struct payload_summary summary;
        struct event event;
        int length = snprintf(json, sizeof(json), "{\"payload\":%s," HEAD "}", SPELLINGS[i]);

        ck_assert_msg(event_json_decode(json, (size_t)length, &olist()->form, &event, &summary, reason), "%s", reason);
        ck_assert_int_eq(summary.hash, payload_hash(CANONICAL, strlen(CANONICAL)));
    }
}
END_TEST

#define REPLACED(id, type, at, order) "{\"eventId\":\"" id "\",\"eventType\":\"" type "\",\"eventAt\":\"" at \
                                      "\",\"orderId\":\"" order "\",\"payload\":{}}"
#define PAYLOAD(json) "{" HEAD ",\"payload\":" json "}"

static const struct {
    const char *json, *reason; /* a part of it, or NULL: accepted */
} DECODED[] = {
    { PAYLOAD("{}"), NULL },
    { PAYLOAD("{\"later\":{\"x\":[1,null]}}"), NULL },
    { PAYLOAD("{}") " \n", NULL },
    { PAYLOAD("{\"city\":\"\\\\u0000\"}"), NULL }, /* an escaped backslash, and then letters */
    { "", "empty" },
    { "{", "not JSON" },
    { PAYLOAD("{}") "{}", "not JSON" },
    { "null", "not an object" },
    { "{\"payload\":{}}", "eventId is missing" },
    { PAYLOAD("{\"city\":\"\\u0000\"}"), "\\u0000" },
    { PAYLOAD("{\"city\":\"\xFF\"}"), "UTF-8" },
    { PAYLOAD("{},\"payload\":{}"), "payload appears twice" },
    { PAYLOAD("{\"a\":{\"b\":1,\"c\":2,\"b\":3}}"), "b appears twice" },
    { PAYLOAD("[]"), "payload is missing or not an object" },
    { "{" HEAD "}", "payload is missing or not an object" },
    { PAYLOAD("{\"customer\":\"\"}"), "payload.customer is not a text" },
    { PAYLOAD("{\"customer\":1}"), "payload.customer is not a text" },
    { PAYLOAD("{\"city\":\"a\\tb\"}"), "payload.city is not a text" },
    { PAYLOAD("{\"sellers\":{}}"), "payload.sellers is not an array" },
    { PAYLOAD("{\"sellers\":[\"a\",1]}"), "payload.sellers holds" },
    { PAYLOAD("{\"estimatedDeliveryAt\":\"2017-10-18\"}"), "payload.estimatedDeliveryAt is not a time" },
    { PAYLOAD("{\"estimatedDeliveryAt\":\"2017-10-18 00:00:00\"}"), "payload.estimatedDeliveryAt is not a time" },
    { REPLACED(ID, "DELIVERED", "2017-10-02T10:56:33", ORDER), "does not match the content" },
    { REPLACED(ID, "ORDER_PLACED", "2017-10-02T10:56:34", ORDER), "does not match the content" },
    { REPLACED(ID, "ORDER_PLACED", "2017-10-02T10:56:33", "another"), "does not match the content" },
    { REPLACED(ID, "order_placed", "2017-10-02T10:56:33", ORDER), "eventType is unknown: order_placed" },
    { REPLACED(ID, "ORDER_PLACED", "2017-10-02T10:56:33.000", ORDER), "eventAt is not a time" },
    { REPLACED(ID, "ORDER_PLACED", "2017-10-02T10:56:33Z", ORDER), "eventAt is not a time" },
    { REPLACED(ID, "ORDER_PLACED", "2017-10-02T10:56:33", "a b"), "orderId is not" },
    { REPLACED("015EDCBA-f2e8-8444-ad39-55248fdf10b1", "ORDER_PLACED", "2017-10-02T10:56:33", ORDER), "not a lower-case UUID" },
};

START_TEST(only_valid_events_are_decoded)
{
    for (size_t i = 0; i < sizeof(DECODED) / sizeof(DECODED[0]); i++) {
        size_t length = strlen(DECODED[i].json);
        char *copy = malloc(length ? length : 1), reason[REASON_SIZE] = ""; /* without a final NUL */
        struct payload_summary summary;
        struct event event;
        bool decoded;

        memcpy(copy, DECODED[i].json, length);
        decoded = event_json_decode(copy, length, &olist()->form, &event, &summary, reason);
        ck_assert_msg(decoded == !DECODED[i].reason, "%s: %s", DECODED[i].json, reason);
        if (!decoded)
            ck_assert_msg(strstr(reason, DECODED[i].reason) != NULL, "%s: %s", DECODED[i].json, reason);
        free(copy);
    }
}
END_TEST

SUITE("event_json", the_longest_event_fits, events_of_another_lifecycle_are_told, an_event_has_one_form, a_payload_holds_what_is_there, what_is_encoded_is_decoded,
      payloads_are_hashed_in_canonical_form, only_valid_events_are_decoded)
