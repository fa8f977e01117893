#include "start.h"

#include "record.h"

struct start start_find(int64_t committed, int64_t applied, int64_t low, int64_t high)
{
    int64_t earlier = committed < applied ? committed : applied;
    struct start start = { .after = OFFSET_EARLIEST, .offset = low };

    start.is_anew = applied > high;
    if (!start.is_anew && earlier >= 0 && earlier <= high) {
        start.after = earlier;
        start.offset = earlier > low ? earlier : low;
    }
    if (!start.is_anew && applied < low)
        start.deleted = low - (applied > 0 ? applied : 0);
    return start;
}
