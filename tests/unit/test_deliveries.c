/* What a delivery report says of its event, and where that counts. */
#include "deliveries.h"
#include "olist.h"
#include "suite.h"
#include "timestamp.h"

#include <string.h>

static struct deliveries deliveries;

static enum delivery settle(const struct event *sent, rd_kafka_resp_err_t error, struct event *event)
{
    rd_kafka_message_t message = {
        .err = error,
        .key = (void *)sent->order_id,
        .key_len = strlen(sent->order_id),
        ._private = deliveries_opaque(sent),
    };

    deliveries.on_its_way++;
    return deliveries_settle(&deliveries, &message, event);
}

START_TEST(a_report_gives_its_event_back)
{
    static const int64_t TIMES[] = { 0, 1, 1506941762123, TIMESTAMP_LAST };

    deliveries_init(&deliveries, &olist()->form, false);
    for (size_t i = 0; i < sizeof(TIMES) / sizeof(TIMES[0]); i++) {
        for (int type = 0; type < OLIST_TYPES; type++) {
            struct event sent = { .type = olist_type(type), .at = TIMES[i], .order_id = "order-1" }, event;

            ck_assert_int_eq(settle(&sent, RD_KAFKA_RESP_ERR_NO_ERROR, &event), DELIVERY_ACKNOWLEDGED);
            ck_assert_ptr_eq(event.type, sent.type);
            ck_assert_int_eq(event.at, sent.at);
            ck_assert_str_eq(event.order_id, "order-1");
        }
    }
    ck_assert_uint_eq(tally_total(&deliveries.counts.acknowledged), 4 * OLIST_TYPES);
    ck_assert_int_eq(deliveries.on_its_way, 0);
}
END_TEST

START_TEST(each_event_counts_once)
{
    struct event sent = { .type = olist_type(0), .at = 1, .order_id = "order-1" }, event;

    deliveries_init(&deliveries, &olist()->form, false);
    settle(&sent, RD_KAFKA_RESP_ERR_NO_ERROR, &event);
    ck_assert_int_eq(settle(&sent, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, &event), DELIVERY_FAILED);
    deliveries.on_its_way = 2;
    deliveries_give_up(&deliveries);
    ck_assert_uint_eq(tally_total(&deliveries.counts.acknowledged), 1);
    ck_assert_uint_eq(deliveries.counts.failed, 1);
    ck_assert_uint_eq(deliveries.counts.not_sent, 0);
    ck_assert_uint_eq(deliveries.counts.unknown, 2);
    ck_assert_int_eq(deliveries.on_its_way, 0);
}
END_TEST

SUITE("deliveries", a_report_gives_its_event_back, each_event_counts_once)
