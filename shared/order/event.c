#include "event.h"

#include <string.h>

// clang-format off
static const char *const NAMES[EVENT_TYPES] = {
    [ORDER_PLACED] = "ORDER_PLACED",
    [ORDER_APPROVED] = "ORDER_APPROVED",
    [HANDED_TO_CARRIER] = "HANDED_TO_CARRIER",
    [DELIVERED] = "DELIVERED",
    [LATE_DETECTED] = "LATE_DETECTED",
};
// clang-format on

const char *event_type_name(enum event_type type)
{
    return NAMES[type];
}

bool event_type_parse(const char *name, enum event_type *type)
{
    for (int i = 0; i < EVENT_TYPES; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            *type = (enum event_type)i;
            return true;
        }
    }
    return false;
}

bool order_id_is_valid(const char *order_id)
{
    size_t length = 0;

    for (const char *c = order_id; *c; c++, length++) {
        if (*c < '!' || *c > '~')
            return false;
    }
    return length >= 1 && length <= ORDER_ID_MAX;
}
