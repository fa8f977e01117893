#include "decode.h"

#include "event_id.h"
#include "timestamp.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "015edcba-f2e8-8444-ad39-55248fdf10b1" /* of the event below; see docs/EVENTS.md */
#define ORDER "e481f51cbdc54678b7cc49136f2d6af7"
#define X64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define EVENT(payload)                                                                                                 \
    "{\"eventId\":\"" ID "\",\"eventType\":\"ORDER_PLACED\",\"eventAt\":\"2017-10-02T10:56:33\",\"orderId\":\"" ORDER  \
    "\",\"payload\":" payload "}"

static struct event event;
static struct payload_summary summary;
static char reason[REASON_SIZE];

static bool decode(const char *key, const char *value)
{
    struct record record = { .key = key, .key_length = key ? strlen(key) : 0,
                             .value = value, .value_length = value ? strlen(value) : 0 };

    *reason = '\0';
    return decode_record(&record, &olist()->form, &event, &summary, reason);
}

START_TEST(a_valid_record_becomes_an_event)
{
    ck_assert_msg(decode(ORDER, EVENT("{\"customer\":\"c\",\"region\":\"SP\"}")), "%s", reason);
    ck_assert_ptr_eq(event.type, olist_type(ORDER_PLACED));
    ck_assert_int_eq(event.at, INT64_C(1506941793000));
    ck_assert_str_eq(event.order_id, ORDER);
    ck_assert_str_eq(summary.region, "SP");
}
END_TEST

START_TEST(a_payload_hashes_alike_however_its_keys_are_sorted)
{
    int64_t hash;

    ck_assert(decode(ORDER, EVENT("{\"customer\":\"c\",\"region\":\"SP\",\"x\":{\"a\":1,\"b\":2}}")));
    hash = summary.hash;
    ck_assert(decode(ORDER, EVENT("{ \"x\" : {\"b\":2, \"a\":1}, \"region\":\"SP\", \"customer\":\"\\u0063\" }")));
    ck_assert_int_eq(summary.hash, hash);
    ck_assert(decode(ORDER, EVENT("{\"customer\":\"c\",\"region\":\"RJ\",\"x\":{\"a\":1,\"b\":2}}")));
    ck_assert_int_ne(summary.hash, hash);
}
END_TEST

START_TEST(unknown_fields_are_ignored)
{
    ck_assert_msg(decode(ORDER, "{\"traceId\":7,\"eventId\":\"" ID "\",\"eventType\":\"ORDER_PLACED\","
                                "\"eventAt\":\"2017-10-02T10:56:33\",\"orderId\":\"" ORDER "\",\"payload\":{}}"),
                  "%s", reason);
    ck_assert_str_eq(summary.region, "");
}
END_TEST

static const struct {
    const char *key, *value, *reason;
} BAD[] = {
    { ORDER, NULL, "tombstone" },
    { ORDER, "", "empty" },
    { ORDER, "no json", "not JSON" },
    { ORDER, "{\"eventId\":", "not JSON" },
    { ORDER, "[[[[[[[[", "not JSON" },
    { ORDER, EVENT("{}") "x", "not JSON" },
    { ORDER, EVENT("{}") EVENT("{}"), "not JSON" },
    { ORDER, "[]", "not an object" },
    { ORDER, "null", "not an object" },
    { ORDER, "\"\xC3(\"", "UTF-8" },
    { NULL, EVENT("{}"), "key" },
    { "another", EVENT("{}"), "key" },
    { ORDER, EVENT("[]"), "payload" },
    { ORDER, EVENT("{\"region\":null}"), "payload.region" },
    { ORDER, EVENT("{\"region\":\"\"}"), "payload.region" },
    { ORDER, EVENT("{\"region\":7}"), "payload.region" },
    { ORDER, EVENT("{\"region\":\"a\\u0007\"}"), "payload.region" },
    { ORDER, EVENT("{\"region\":\"a\\u009b2J\"}"), "payload.region" },
    { ORDER, EVENT("{\"region\":\"a\\u0000\"}"), "\\u0000" },
    { ORDER, EVENT("{\"region\":\"" X64 X64 "x\"}"), "128 bytes" },
    { ORDER, EVENT("{\"sellers\":\"a\"}"), "sellers" },
    { ORDER, EVENT("{\"sellers\":[1]}"), "sellers" },
    { ORDER, EVENT("{\"estimatedDeliveryAt\":\"2017-10-02\"}"), "estimatedDeliveryAt" },
    { ORDER, EVENT("{\"city\":\"a\",\"city\":\"b\"}"), "twice" },
    { ORDER, EVENT("{\"x\":[{\"y\":1,\"y\":1}]}"), "twice" },
    { ORDER, "{\"eventType\":\"ORDER_PLACED\",\"eventAt\":\"2017-10-02T10:56:33\",\"orderId\":\"" ORDER "\",\"payload\":{}}",
      "eventId is missing" },
    { ORDER, "{\"eventId\":\"" ID "\",\"eventType\":\"ORDER_EATEN\",\"eventAt\":\"2017-10-02T10:56:33\",\"orderId\":\"" ORDER
      "\",\"payload\":{}}", "eventType" },
    { ORDER, "{\"eventId\":\"" ID "\",\"eventType\":\"ORDER_PLACED\",\"eventAt\":\"2017-10-02 10:56:33\",\"orderId\":\"" ORDER
      "\",\"payload\":{}}", "eventAt" },
    { ORDER, "{\"eventId\":\"" ID "\",\"eventType\":\"ORDER_PLACED\",\"eventAt\":\"2017-10-02T10:56:33.000\",\"orderId\":\"" ORDER
      "\",\"payload\":{}}", "eventAt" },
    { ORDER, "{\"eventId\":\"" ID "\",\"eventType\":\"ORDER_PLACED\",\"eventAt\":\"2017-10-02T10:56:34\",\"orderId\":\"" ORDER
      "\",\"payload\":{}}", "does not match" },
    { ORDER, "{\"eventId\":\"" ID "\",\"eventType\":\"ORDER_PLACED\",\"eventAt\":\"2017-10-02T10:56:33\",\"orderId\":\"a b\""
      ",\"payload\":{}}", "orderId" },
};

START_TEST(what_is_no_event_is_told_with_its_reason)
{
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        ck_assert_msg(!decode(BAD[i].key, BAD[i].value), "case %zu", i);
        ck_assert_msg(strstr(reason, BAD[i].reason), "case %zu: '%s' does not say '%s'", i, reason, BAD[i].reason);
    }
}
END_TEST

static char *repeated(size_t count, char c)
{
    char *text = malloc(count + 1);

    memset(text, c, count);
    text[count] = '\0';
    return text;
}

START_TEST(size_alone_is_no_reason)
{
    static const char HEAD[] = "{\"note\":\"", TAIL[] = "\"," /* the event without its bracket */;
    char *filler = repeated(900000, 'x'), *value = malloc(1000000);

    snprintf(value, 1000000, "%s%s%s%s", HEAD, filler, TAIL, EVENT("{\"region\":\"SP\"}") + 1);
    ck_assert_msg(decode(ORDER, value), "%s", reason);
    snprintf(value, 1000000, EVENT("{\"city\":\"%s\"}"), filler);
    ck_assert(!decode(ORDER, value));
    ck_assert_str_eq(reason, "payload.city is not a text of 1 to 128 bytes");
    free(filler);
    free(value);
}
END_TEST

START_TEST(depth_does_not_exhaust_the_stack)
{
    char *brackets = repeated(1000000, '[');

    ck_assert(!decode(ORDER, brackets));
    ck_assert_str_eq(reason, "the value is not JSON");
    free(brackets);
}
END_TEST

START_TEST(bytes_need_no_final_nul)
{
    static const char VALUE[] = EVENT("{}") "garbage behind the record";
    struct record record = { .key = ORDER, .key_length = strlen(ORDER), .value = VALUE,
                             .value_length = strlen(EVENT("{}")) };

    ck_assert(decode_record(&record, &olist()->form, &event, &summary, reason));
}
END_TEST

SUITE("decode", a_valid_record_becomes_an_event, a_payload_hashes_alike_however_its_keys_are_sorted,
      unknown_fields_are_ignored, what_is_no_event_is_told_with_its_reason,
      size_alone_is_no_reason, depth_does_not_exhaust_the_stack, bytes_need_no_final_nul)
