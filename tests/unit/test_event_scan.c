#include "event_scan.h"

#include "event_id.h"
#include "event_json.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "015edcba-f2e8-8444-ad39-55248fdf10b1"
#define ORDER "e481f51cbdc54678b7cc49136f2d6af7"
#define FRAMED(id, type, at, order, payload)                                                                            \
    "{\"eventId\":\"" id "\",\"eventType\":\"" type "\",\"eventAt\":\"" at "\",\"orderId\":\"" order "\",\"payload\":" payload "}"
#define EVENT(payload) FRAMED(ID, "ORDER_PLACED", "2017-10-02T10:56:33", ORDER, payload)
#define X128 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* What is scanned, and then what is left to event_json_decode, whether it is an event or not. */
static const char *const SCANNED[] = {
    EVENT("{}"),
    EVENT("{\"city\":\"s\xC3\xA3o paulo\",\"customer\":\"c\",\"region\":\"SP\",\"sellers\":[\"a\",\"b\"]}"),
    EVENT("{\"estimatedDeliveryAt\":\"2017-10-18T00:00:00.500\",\"sellers\":[]}"),
    EVENT("{\"\":\"\",\"City\":[],\"citz\":[\"\",\"" X128 "x\"],\"later\":\"" X128 "x\",\"region\":\"" X128 "\"}"),
};

static const char *const LEFT[] = {
    "",
    "{",
    "null",
    " " EVENT("{}"),
    EVENT("{}") "\n",
    EVENT("{ }"),
    EVENT("[]"),
    EVENT("{\"city\":\"a\",}"),
    EVENT("{\"city\":\"a\"\"region\":\"SP\"}"),
    EVENT("{\"region\":\"SP\",\"city\":\"a\"}"),
    EVENT("{\"city\":\"a\",\"city\":\"a\"}"),
    EVENT("{\"city\":\"a\",\"cit\":\"a\"}"),
    EVENT("{\"city\":\"\\u0061\"}"),
    EVENT("{\"cit\\u0079\":\"a\"}"),
    EVENT("{\"city\":\"a\tb\"}"),
    EVENT("{\"city\":\"a\x7F\"}"),
    EVENT("{\"later\":\"a\xC2\x9B\"}"),
    EVENT("{\"city\":\"a\xFF\"}"),
    EVENT("{\"city\":\"\"}"),
    EVENT("{\"city\":\"" X128 "x\"}"),
    EVENT("{\"city\":[\"a\"]}"),
    EVENT("{\"city\":null}"),
    EVENT("{\"later\":1}"),
    EVENT("{\"later\":{}}"),
    EVENT("{\"later\":[1]}"),
    EVENT("{\"sellers\":\"a\"}"),
    EVENT("{\"sellers\":[\"\"]}"),
    EVENT("{\"sellers\":[\"a\",]}"),
    EVENT("{\"sellers\":[\"a\" ,\"b\"]}"),
    EVENT("{\"sellers\":[\"a\"}"),
    EVENT("{\"estimatedDeliveryAt\":\"2017-10-18\"}"),
    EVENT("{\"estimatedDeliveryAt\":\"2017-10-18 00:00:00\"}"),
    FRAMED("015EDCBA-f2e8-8444-ad39-55248fdf10b1", "ORDER_PLACED", "2017-10-02T10:56:33", ORDER, "{}"),
    FRAMED(ID "0", "ORDER_PLACED", "2017-10-02T10:56:33", ORDER, "{}"),
    FRAMED(ID, "DELIVERED", "2017-10-02T10:56:33", ORDER, "{}"),
    FRAMED(ID, "ORDER_PLACED", "2017-10-02T10:56:34", ORDER, "{}"),
    FRAMED(ID, "ORDER_PLACED", "2017-10-02 10:56:33", ORDER, "{}"),
    FRAMED(ID, "ORDER_PLACED", "2017-10-02T10:56:33.000", ORDER, "{}"),
    FRAMED(ID, "ORDER_PLACED", "2017-10-02T10:56:33", "another", "{}"),
    FRAMED(ID, "ORDER_PLACED", "2017-10-02T10:56:33", "a b", "{}"),
    FRAMED(ID, "order_placed", "2017-10-02T10:56:33", ORDER, "{}"),
    FRAMED(ID, "A_TYPE_THAT_IS_TOO_LONG_A_TYPE_THAT_IS_TOO_LONG_A_TYPE_THAT_IS_T", "2017-10-02T10:56:33", ORDER, "{}"),
    "{\"eventType\":\"ORDER_PLACED\",\"eventId\":\"" ID "\",\"eventAt\":\"2017-10-02T10:56:33\",\"orderId\":\"" ORDER "\",\"payload\":{}}",
};

/* Without a final NUL, for what reads beyond the bytes. */
static bool scan(const char *json, size_t length, struct event *event, struct payload_summary *summary)
{
    char *copy = malloc(length ? length : 1);
    bool is_scanned;

    memcpy(copy, json, length);
    is_scanned = event_scan(copy, length, &olist()->form, event, summary);
    free(copy);
    return is_scanned;
}

START_TEST(what_is_scanned_is_what_would_be_decoded)
{
    for (size_t i = 0; i < sizeof(SCANNED) / sizeof(SCANNED[0]); i++) {
        struct payload_summary summary, expected_summary;
        struct event event, expected;
        char reason[REASON_SIZE] = "";
        size_t length = strlen(SCANNED[i]);

        ck_assert_msg(scan(SCANNED[i], length, &event, &summary), "%s", SCANNED[i]);
        ck_assert_msg(event_json_decode(SCANNED[i], length, &olist()->form, &expected, &expected_summary, reason), "%s: %s",
                      SCANNED[i], reason);
        ck_assert(memcmp(&event.id, &expected.id, sizeof(struct event_id)) == 0);
        ck_assert_ptr_eq(event.type, expected.type);
        ck_assert_int_eq(event.at, expected.at);
        ck_assert_str_eq(event.order_id, expected.order_id);
        ck_assert_str_eq(summary.region, expected_summary.region);
        ck_assert_int_eq(summary.hash, expected_summary.hash);
    }
}
END_TEST

START_TEST(another_form_is_left)
{
    struct payload_summary summary;
    struct event event;

    for (size_t i = 0; i < sizeof(LEFT) / sizeof(LEFT[0]); i++)
        ck_assert_msg(!scan(LEFT[i], strlen(LEFT[i]), &event, &summary), "%s", LEFT[i]);
}
END_TEST

START_TEST(a_part_of_an_event_is_left)
{
    struct payload_summary summary;
    struct event event;

    for (size_t length = 0; length < strlen(SCANNED[1]); length++)
        ck_assert_msg(!scan(SCANNED[1], length, &event, &summary), "%zu bytes", length);
}
END_TEST

/* Each with the id of its content. */
START_TEST(an_order_id_has_its_limits)
{
    static const struct { const char *order_id; bool is_scanned; } CASES[] = {
        { "a", true }, { "~!", true }, { "", false }, { "a b", false }, { "\xC3\xA3", false }, { "a\"b", false },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct event event = { .type = olist_type(ORDER_PLACED), .at = INT64_C(1506941793000) }, scanned;
        struct payload_summary summary;
        size_t length;
        char *json;

        snprintf(event.order_id, sizeof(event.order_id), "%s", CASES[i].order_id);
        event.id = event_id_make(event.order_id, event.type, event.at);
        json = event_json_encode(&event, "{}", &length);
        ck_assert_msg(scan(json, length, &scanned, &summary) == CASES[i].is_scanned, "%s", json);
        free(json);
    }
}
END_TEST

enum { TIMES = 5, ALL_TIMES = 1 << TIMES };

/* An event whose payload has these times of the form below, and a text that the form lacks. */
static void print_times(char json[512], int present, int wrong)
{
    char payload[256] = "{";
    size_t length = 1;

    for (int i = 0; i < TIMES; i++) {
        if (present >> i & 1)
            length += (size_t)snprintf(payload + length, sizeof(payload) - length, "\"%c\":\"%s\",", "acdez"[i],
                                       i == wrong ? "x" : "2017-10-02T10:56:33");
    }
    snprintf(payload + length, sizeof(payload) - length, "\"~\":\"x\"}");
    snprintf(json, 512, EVENT("%s"), payload);
}

/* Keys are compared with the form's fields in one pass, so the pass must not go beyond a name that the payload lacks. */
START_TEST(every_field_of_the_form_is_looked_at)
{
    struct event_form form = { 0 };
    struct payload_summary summary;
    struct event event;

    event_form_add_type(&form, "ORDER_PLACED");
    for (const char *name = "zeacd"; *name; name++)
        event_form_add_field(&form, (char[]){ *name, '\0' }, PAYLOAD_TIME);
    for (int present = 0; present < ALL_TIMES; present++) {
        for (int wrong = 0; wrong <= TIMES; wrong++) {
            char json[512];

            print_times(json, present, wrong);
            ck_assert_msg(event_scan(json, strlen(json), &form, &event, &summary) == !(present >> wrong & 1), "%s", json);
        }
    }
}
END_TEST

SUITE("event_scan", what_is_scanned_is_what_would_be_decoded, another_form_is_left, an_order_id_has_its_limits, a_part_of_an_event_is_left,
      every_field_of_the_form_is_looked_at)
