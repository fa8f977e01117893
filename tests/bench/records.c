#include "records.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void die(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(EXIT_FAILURE);
}

static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    char *text;

    if (!file || stat(path, &status) != 0)
        die(path, "cannot be read");
    *length = (size_t)status.st_size;
    text = checked(malloc(*length + 1));
    if (fread(text, 1, *length, file) != *length)
        die(path, "cannot be read to its end");
    fclose(file);
    text[*length] = '\0';
    return text;
}

/* The next field, and behind it in *at. */
static char *take_field(char **at, char end)
{
    char *field = *at, *stop = strchr(field, end);

    if (!stop)
        die("records", "a line is incomplete");
    *stop = '\0';
    *at = stop + 1;
    return field;
}

static struct record take_record(char **at)
{
    struct record record = { 0 };

    record.partition = atoi(take_field(at, '\t'));
    record.offset = atoll(take_field(at, '\t'));
    record.append_time = atoll(take_field(at, '\t'));
    record.key = take_field(at, '\t');
    record.value = take_field(at, '\n');
    record.key_length = strlen(record.key);
    record.value_length = strlen(record.value);
    return record;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;

    for (; (text = strchr(text, '\n')); text++)
        lines++;
    return lines;
}

struct records records_read(const char *path)
{
    struct records records = { 0 };
    size_t length, lines;
    char *at;

    records.text = at = read_whole(path, &length);
    lines = count_lines(at);
    records.records = checked(malloc((lines + 1) * sizeof(*records.records)));
    while (at < records.text + length)
        records.records[records.count++] = take_record(&at);
    return records;
}

void records_release(struct records *records)
{
    free(records->records);
    free(records->text);
    *records = (struct records){ 0 };
}
