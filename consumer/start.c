#include "start.h"

#include "record.h"

struct start start_find(int64_t committed, int64_t counted, int64_t low)
{
    int64_t earlier = committed < counted ? committed : counted;
    struct start start = { .after = OFFSET_EARLIEST, .offset = low };

    if (earlier >= 0) {
        start.after = earlier;
        start.offset = earlier > low ? earlier : low;
    }
    if (counted < low)
        start.deleted = low - (counted > 0 ? counted : 0);
    return start;
}
