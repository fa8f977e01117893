#include "decode.h"

#include "event_scan.h"
#include "reason.h"

#include <stdio.h>
#include <string.h>

static bool key_is(const struct record *record, const char *order_id)
{
    return record->key && record->key_length == strlen(order_id) &&
           memcmp(record->key, order_id, record->key_length) == 0;
}

bool decode_record(const struct record *record, const struct event_form *form, struct event *event,
                   struct payload_summary *summary, char reason[REASON_SIZE])
{
    if (!record->value) {
        reason_set(reason, "the record is a tombstone: it has no value");
        return false;
    }
    if (!event_scan(record->value, record->value_length, form, event, summary) &&
        !event_json_decode(record->value, record->value_length, form, event, summary, reason))
        return false;
    if (!key_is(record, event->order_id)) {
        reason_set(reason, "the record's key is not its orderId %s", event->order_id);
        return false;
    }
    return true;
}
