#include "assignment.h"

#include <string.h>

/* The next `size` bytes as a signed number, high byte first. -1, which is not valid here, if they are missing. */
static int64_t take(struct assignment *assignment, int size)
{
    uint32_t value = 0;

    if (assignment->end - assignment->at < size) {
        assignment->at = assignment->end;
        return -1;
    }
    for (int i = 0; i < size; i++)
        value = value << 8 | *assignment->at++;
    return size == 2 ? (int16_t)value : (int32_t)value;
}

void assignment_read(struct assignment *assignment, const void *bytes, int size, const char *topic)
{
    static const unsigned char NOTHING[1] = { 0 };

    *assignment = (struct assignment){ .at = NOTHING, .end = NOTHING, .topic = topic };
    if (!bytes || size <= 0)
        return;
    assignment->at = bytes;
    assignment->end = assignment->at + size;
    take(assignment, 2); /* all versions begin alike */
    assignment->topics = take(assignment, 4);
}

/* Reads the next topic's name and its number of partitions. False at the end. */
static bool next_topic(struct assignment *assignment)
{
    int64_t length;

    if (assignment->topics <= 0)
        return false;
    assignment->topics--;
    length = take(assignment, 2);
    if (length < 0 || length > assignment->end - assignment->at)
        return false;
    assignment->is_wanted =
        (size_t)length == strlen(assignment->topic) && memcmp(assignment->at, assignment->topic, (size_t)length) == 0;
    assignment->at += length;
    assignment->partitions = take(assignment, 4);
    return assignment->partitions >= 0;
}

int assignment_next(struct assignment *assignment)
{
    for (;;) {
        int64_t partition;

        if (assignment->partitions <= 0) {
            if (!next_topic(assignment))
                return -1;
            continue;
        }
        assignment->partitions--;
        partition = take(assignment, 4);
        if (partition < 0)
            return -1;
        if (assignment->is_wanted)
            return (int)partition;
    }
}
