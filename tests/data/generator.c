#define _POSIX_C_SOURCE 200809L
#include "generator.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* ---- random numbers: splitmix64 (Steele, Lea, Flood 2014) ---- */

uint64_t draw(uint64_t *random)
{
    uint64_t z = *random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

int64_t draw_between(uint64_t *random, int64_t low, int64_t high)
{
    return low + (int64_t)(draw(random) % (uint64_t)(high - low + 1));
}

bool draw_one_in(uint64_t *random, int64_t many)
{
    return draw_between(random, 1, many) == 1;
}

/* ---- the calendar: Howard Hinnant's days_from_civil and civil_from_days ---- */

int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    if (month <= 2)
        year--;
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void date_from_days(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = days / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153; /* from March */
    *day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month + (shifted_month < 10 ? 3 : -9));
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

/* ---- files ---- */

bool create_directory(const char *directory)
{
    if (mkdir(directory, 0777) == 0 || errno == EEXIST)
        return true;
    fprintf(stderr, "generate-orders: cannot create directory %s: %s\n", directory, strerror(errno));
    return false;
}

FILE *create_file(const char *directory, const char *name)
{
    char path[4096];
    FILE *file = NULL;

    if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path))
        errno = ENAMETOOLONG;
    else
        file = fopen(path, "w");
    if (file == NULL)
        fprintf(stderr, "generate-orders: cannot create %s in %s: %s\n", name, directory, strerror(errno));
    return file;
}

bool close_file(FILE *file)
{
    bool failed = ferror(file); /* an earlier write failed, which fclose does not repeat */
    return fclose(file) == 0 && !failed;
}
