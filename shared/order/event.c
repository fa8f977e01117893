#include "event.h"

bool order_id_is_valid(const char *order_id)
{
    size_t length = 0;

    for (const char *c = order_id; *c; c++, length++) {
        if (*c < '!' || *c > '~')
            return false;
    }
    return length >= 1 && length <= ORDER_ID_MAX;
}
