/*
 * time_conversion.h - what each conversion of a time format (%Y, %m, …) reads from a text. time_format.h describes them.
 *
 *     const struct time_conversion *conversion = time_conversion_find('Y');
 *     const char *text = "2017-10-02";
 *     int64_t year;
 *
 *     if (conversion->take(conversion, &text, &year))   // 2017, and text is "-10-02"
 *
 * Pure. The table lives as long as the program.
 */
#ifndef TIME_CONVERSION_H
#define TIME_CONVERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum time_part {
    TIME_PART_YEAR,
    TIME_PART_MONTH,
    TIME_PART_DAY,
    TIME_PART_HOUR,
    TIME_PART_HALF, /* of the day: 0 for AM, 1 for PM, or TIME_ABSENT */
    TIME_PART_MINUTE,
    TIME_PART_SECOND,
    TIME_PART_FRACTION, /* in 1/10,000 of a second, rounded up: the last digit shows that digits will be lost */
    TIME_PART_ZONE,     /* minutes ahead of UTC, or TIME_ABSENT */
    TIME_PART_SECONDS,  /* since 1970, or TIME_ABSENT */
    TIME_PART_MILLISECONDS,
    TIME_PARTS,
    TIME_PART_NONE = TIME_PARTS,
};

enum {
    TIME_ABSENT = -10000,       /* below what any part can be */
    TIME_CONVERSIONS_SIZE = 76, /* of the list of all conversions, as text */
};

struct time_conversion {
    char letter;
    enum time_part part;
    /* Moves *text past what it reads. False if the text does not match. NULL for a conversion that stands for others. */
    bool (*take)(const struct time_conversion *, const char **text, int64_t *value);
    int min, max;        /* of a number: its range, or its minimum and maximum number of digits */
    const char *meaning; /* the conversions that it stands for */
};

/* The conversion with this letter, or NULL. */
const struct time_conversion *time_conversion_find(char letter);

/* All conversions, in the form of a message: " %Y %y …". */
void time_conversions_list(char text[TIME_CONVERSIONS_SIZE]);

/* Reads this character. */
bool time_take_char(const char **text, char wanted);

/* Reads a time in one of the default forms, as TIME_PARTS values. */
bool time_take_default(const char **text, int64_t values[TIME_PARTS]);

#endif
