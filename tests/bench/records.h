/*
 * records.h - the records of a file, which has a line for each, as kcat writes it with
 *
 *     kcat -C -t order-events -e -f '%p\t%o\t%T\t%k\t%s\n'
 *
 *     struct records records = records_read(path);    // ends the program where the file is not as it should be
 *     …
 *     records_release(&records);
 */
#ifndef RECORDS_H
#define RECORDS_H

#include "record.h"

struct records {
    struct record *records; /* their keys and values are in `text`, each with a final NUL */
    size_t count;
    char *text;
};

struct records records_read(const char *path);
void records_release(struct records *records);

#endif
