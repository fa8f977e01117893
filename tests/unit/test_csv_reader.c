#define _GNU_SOURCE /* asprintf */
#include "csv_reader.h"

#include "csv_delimiter.h"
#include "csv_row.h"

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct csv_column COLUMNS[] = { { "a", true }, { "b", true }, { "c", false } };
enum { COLUMN_COUNT = 3 };

/* What was read, as text: "2:row(x|y|) 3:reject(…) end". */
static char *transcript;

__attribute__((format(printf, 1, 2)))
static void note(const char *format, ...)
{
    va_list arguments;
    char *piece, *whole;

    va_start(arguments, format);
    ck_assert_int_ge(vasprintf(&piece, format, arguments), 0);
    va_end(arguments);
    ck_assert_int_ge(asprintf(&whole, "%s%s", transcript ? transcript : "", piece), 0);
    free(transcript);
    free(piece);
    transcript = whole;
}

/* A reason is long; its tests need its first words. */
static void note_reason(const struct csv_reader *reader)
{
    note("reject(%.24s)", csv_reader_reason(reader));
}

static enum csv_result next_of(struct csv_reader *reader, enum csv_result (*next)(struct csv_reader *))
{
    enum csv_result result;

    do
        result = next(reader);
    while (result == CSV_WAIT);
    return result;
}

static void note_rows(struct csv_reader *reader)
{
    enum csv_result result;

    while ((result = next_of(reader, csv_reader_next)) == CSV_ROW || result == CSV_REJECT) {
        note("%d:", (int)csv_reader_line_number(reader));
        if (result == CSV_ROW)
            note("row(%s|%s|%s) ", csv_reader_field(reader, 0), csv_reader_field(reader, 1), csv_reader_field(reader, 2));
        else
            note_reason(reader), note(" ");
    }
    note("%s", result == CSV_END ? "end" : csv_reader_reason(reader));
}

static struct csv_reader *open_text(const char *content, size_t length)
{
    char reason[REASON_SIZE];
    struct csv_reader *reader = csv_reader_open_text(content, length, COLUMNS, COLUMN_COUNT, reason);

    ck_assert_msg(reader != NULL, "%s", reason);
    return reader;
}

static struct csv_reader *open_fd(int fd, char delimiter)
{
    char path[64], reason[REASON_SIZE];
    struct csv_reader *reader;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    reader = csv_reader_open(path, delimiter, COLUMNS, COLUMN_COUNT, reason);
    ck_assert_msg(reader != NULL, "%s", reason);
    return reader;
}

/* Reads all of it, and frees it. */
static void read_all(struct csv_reader *reader)
{
    enum csv_result result = next_of(reader, csv_reader_header);

    free(transcript);
    transcript = NULL;
    if (result == CSV_ROW)
        note_rows(reader);
    else
        note("%s: %s", result == CSV_REFUSED ? "refused" : "failed", csv_reader_reason(reader));
    if (csv_reader_blank_rows(reader) > 0)
        note(" blank=%d", (int)csv_reader_blank_rows(reader));
    csv_reader_free(reader);
}

static void read_content(const char *content, size_t length)
{
    read_all(open_text(content, length));
}

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *content;
    size_t length;
    const char *expected;
} FILES[] = {
    /* line ends, blank lines, the last line, a BOM */
    { TEXT("a,b\n1,2\n3,4\n"), "2:row(1|2|) 3:row(3|4|) end" },
    { TEXT("a,b\r\n1,2\r\n3,4\r\n"), "2:row(1|2|) 3:row(3|4|) end" },
    { TEXT("a,b\r1,2\r3,4\r"), "2:row(1|2|) 3:row(3|4|) end" },
    { TEXT("a,b\n1,2\n3,4"), "2:row(1|2|) 3:row(3|4|) end" },
    { TEXT("a,b\n1,2\n3,\"4\""), "2:row(1|2|) 3:row(3|4|) end" },
    { TEXT("\xEF\xBB\xBF\"a\",b\n1,2\n"), "2:row(1|2|) end" },
    { TEXT("a,b\n\n\r\n1,2\n\n\n3,4\n\n"), "4:row(1|2|) 7:row(3|4|) end" },
    { TEXT("\n\na,b\n1,2\n"), "4:row(1|2|) end" },
    { TEXT("a,b\n"), "end" },
    { TEXT("a,b"), "end" },
    /* columns: any order and case, extra ones, an optional one */
    { TEXT("x,B,y,A,z\n1,2,3,4,5\n"), "2:row(4|2|) end" },
    { TEXT("c,b,a\n1,2,3\n"), "2:row(3|2|1) end" },
    { TEXT("c,b,a\n\" \",,\n"), "2:row(|| ) end" },
    /* quotes, and what is within them; nothing is trimmed */
    { TEXT("a,b\n\"1,\"\"x\"\"\",\"2\"\n"), "2:row(1,\"x\"|2|) end" },
    { TEXT("a,b\n\"1\nx\r\ny\rz\",2\n3,4\n"), "2:row(1\nx\r\ny\rz|2|) 6:row(3|4|) end" },
    { TEXT("a,b\n 1 ,\t2\t\n"), "2:row( 1 |\t2\t|) end" },
    { TEXT("a,b\n\" 1 \",\"\"\n"), "2:row( 1 ||) end" },
    /* fields too few and too many; a row of several lines costs its first one only */
    { TEXT("a,b\n1\n3,4\n1,2,3\n5,6\n"),
      "2:reject(it has 1 fields, but the) 3:row(3|4|) 4:reject(it has 3 fields, but the) 5:row(5|6|) end" },
    { TEXT("a,b\n\"1\n3,4\n5,6\",7,8\n9,0\n"),
      "2:reject(it has 3 fields, but the) 3:row(3|4|) 4:reject(a quote inside a field i) 5:row(9|0|) end" },
    /* stray quotes */
    { TEXT("a,b\n1\"x,2\n3,4\n"), "2:reject(a quote inside a field i) 3:row(3|4|) end" },
    { TEXT("a,b\n\"1\"x,2\n3,4\n"), "2:reject(a quote inside a field i) 3:row(3|4|) end" },
    { TEXT("a,b\n\"1\" ,2\n3,4\n"), "2:reject(a quote inside a field i) 3:row(3|4|) end" },
    { TEXT("a,b\r\n1\"x,2\r\n\r\n3,4\r\n"), "2:reject(a quote inside a field i) 4:row(3|4|) end" },
    { TEXT("a,b\r1\"x,2\r3,4\r"), "2:reject(a quote inside a field i) 3:row(3|4|) end" },
    /* a quote that is never closed */
    { TEXT("a,b\n\"1,2\n3,4\n5,6\n"), "2:reject(a quote is never closed) 3:row(3|4|) 4:row(5|6|) end" },
    { TEXT("a,b\n\"1,2\n3,\"4\"\n5,6\n"), "2:reject(a quote inside a field i) 3:row(3|4|) 4:row(5|6|) end" },
    { TEXT("a,b\n1,2\n3,\"4"), "2:row(1|2|) 3:reject(a quote is never closed) end" },
    { TEXT("a,b\n1,2\n\""), "2:row(1|2|) 3:reject(a quote is never closed) end" },
    /* not a file of this kind */
    { TEXT(""), "refused: it is empty" },
    { TEXT("\xEF\xBB\xBF"), "refused: it is empty" },
    { TEXT("\n\n"), "refused: it is empty" },
    { TEXT("x,b\n1,2\n"), "refused: its first line has no column named a" },
    { TEXT("aa,\"b \"\n1,2\n"), "refused: its first line has no column named a, b" },
    { TEXT("a,b,A\n1,2,3\n"), "refused: the column a appears twice in its header" },
    { TEXT("a,b,c,C\n1,2,3,4\n"), "refused: the column c appears twice in its header" },
    { TEXT("\"a,b\n1,2\n"), "refused: its first line is not a CSV header: a quote is never closed" },
    /* … but one that can be told */
    { TEXT("\x89PNG\r\n\x1A\n\0"), "refused: it is a picture, no CSV file" },
    { TEXT("\x7F" "ELF\2\0"), "refused: it is no CSV file: its first line holds NUL bytes or other control characters" },
    { TEXT("a,b\0,c\n1,2,3\n"), "refused: it is no CSV file: its first line holds NUL bytes or other control characters" },
    { TEXT("PK\3\4\0\0\0"), "refused: it is a ZIP archive or a spreadsheet: unpack it, or save it as CSV" },
    { TEXT("\x1F\x8B\x08\0\0"), "refused: it is compressed by gzip: unpack it first" },
    { TEXT("<!DOCTYPE html>\n<p class=\"a\">\n"), "refused: it is HTML or XML, no CSV file" },
    { TEXT("<p class=\"a\">\n"), "refused: it is HTML or XML, no CSV file" },
    { TEXT("\xFF\xFE" "a\0,\0b\0"), "refused: it is UTF-16: convert it to UTF-8, for example with iconv" },
    { TEXT("\xFE\xFF" "\0a\0,\0b"), "refused: it is UTF-16: convert it to UTF-8, for example with iconv" },
    /* delimiters: what names most columns, the earlier one at a tie */
    { TEXT("a\tb\n1,\t2;\n"), "2:row(1,|2;|) end" },
    { TEXT("a;b\r\n1,5;2|\r\n"), "2:row(1,5|2||) end" },
    { TEXT("a|b|c\n1;|2\t|3\n"), "2:row(1;|2\t|3) end" },
    { TEXT("\xEF\xBB\xBF\"A\";\"b\"\n\"1;\"\"\";\"2\n;\"\n"), "2:row(1;\"|2\n;|) end" },
    { TEXT("a;b;x,c,y\n1;2;3\n"), "2:row(1|2|) end" },
    { TEXT("a;x,b\n1,2\n"), "refused: its first line has no column named a" },
    { TEXT("a;b\tx\tb\n1\t2\t3\n"), "refused: its first line has no column named a" },
    { TEXT("a;a;x,b,c\n"), "refused: its first line has no column named a" }, /* a column counts once */
    { TEXT("a;\"b\n1;2\n"), "refused: its first line is not a CSV header: a quote is never closed" },
    { TEXT("a\nb,a\n1,2\n"), "refused: its first line has no column named b" }, /* one line tells */
    { TEXT(";;\n\n,\n\"a\";b\n1;2\n"), "refused: its first line has no column named a, b blank=1" },
    { TEXT(";;\n\n\"\";\na;b\n1;2\n"), "5:row(1|2|) end blank=2" },
    { TEXT("\t\t\na\tb\n1\t2\n\t\n"), "3:row(1|2|) end blank=2" },
    /* blank rows, of any number of fields; they are no rejects */
    { TEXT("a,b\n,\n1,2\n,,,,\n\"\"\n\"\",\"\",\n3,4\n,"), "3:row(1|2|) 7:row(3|4|) end blank=5" },
    { TEXT("a,b\r\n,\r\n\r\n1,2\r\n,\r\n"), "4:row(1|2|) end blank=2" },
    { TEXT("a,b\r,\r1,2\r"), "3:row(1|2|) end blank=1" },
    { TEXT(",\n\"\"\na,b\n1,2\n"), "4:row(1|2|) end blank=2" },
    { TEXT("a,b\n;\n , \n\t\n"), "2:reject(it has 1 fields, but the) 3:row( | |) 4:reject(it has 1 fields, but the) end" },
    { TEXT("a,b\n\"1\n,\n2\",3\n"), "2:row(1\n,\n2|3|) end" },
    { TEXT("a,b\n\"1\n,\n2,3\n"), "2:reject(a quote is never closed) 4:row(2|3|) end blank=1" },
    { TEXT(",\n;\n"), "refused: its first line has no column named a, b blank=1" },
    { TEXT(",\n,,\n"), "refused: it is empty blank=2" },
    /* a NUL costs its row alone */
    { TEXT("a,b\n1\0,2\n3,4\n"), "2:reject(there is a NUL byte in i) 3:row(3|4|) end" },
    { TEXT("a,b\n\"1\n\0\",2\n3,4\n"), "2:reject(there is a NUL byte in i) 3:reject(there is a NUL byte in i) 4:row(3|4|) end" },
};

START_TEST(files_are_read_as_expected)
{
    for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
        read_content(FILES[i].content, FILES[i].length);
        ck_assert_msg(strcmp(transcript, FILES[i].expected) == 0, "case %zu, %s\n   gives %s\nexpected %s", i,
                      FILES[i].content, transcript, FILES[i].expected);
    }
}
END_TEST

/* Line 3 is `before`, that many x and `after`; lines 2, 4 and 5 are good rows. */
static void read_around(const char *before, size_t filler_length, const char *after)
{
    size_t size = strlen(before) + filler_length + strlen(after) + 64;
    char *content = malloc(size), *end = content;

    end += sprintf(end, "a,b\n1,2\n%s", before);
    memset(end, 'x', filler_length);
    end += filler_length;
    end += sprintf(end, "%s\n3,4\n5,6\n", after);
    read_content(content, (size_t)(end - content));
    free(content);
}

START_TEST(a_field_may_have_64_KiB_and_no_byte_more)
{
    read_around("", CSV_FIELD_MAX, ",7");
    ck_assert_ptr_nonnull(strstr(transcript, "2:row(1|2|) 3:row(xxx"));
    ck_assert_ptr_nonnull(strstr(transcript, "|7|) 4:row(3|4|) 5:row(5|6|) end"));
    read_around("", CSV_FIELD_MAX + 1, ",7");
    ck_assert_str_eq(transcript, "2:row(1|2|) 3:reject(a field is longer than 6) 4:row(3|4|) 5:row(5|6|) end");
    read_around("\"", CSV_FIELD_MAX + 1, "\",7");
    ck_assert_str_eq(transcript, "2:row(1|2|) 3:reject(a field is longer than 6) 4:row(3|4|) 5:row(5|6|) end");
}
END_TEST

START_TEST(a_line_of_any_length_is_one_reject)
{
    for (size_t length = 1000000; length <= 9000000; length += 4000000) {
        read_around("7,", length, "");
        ck_assert_str_eq(transcript, "2:row(1|2|) 3:reject(a field is longer than 6) 4:row(3|4|) 5:row(5|6|) end");
        read_around("7,\"", length, "");
        ck_assert_str_eq(transcript, "2:row(1|2|) 3:reject(a field is longer than 6) 4:row(3|4|) 5:row(5|6|) end");
    }
}
END_TEST

START_TEST(a_row_has_a_limit_too)
{
    enum { FIELD = 60000, FIELDS = 20 };
    char *content = malloc((FIELD + 1) * FIELDS + 64), *end = content;

    end += sprintf(end, "a,b\n");
    for (int i = 0; i < FIELDS; i++) {
        memset(end, 'x', FIELD);
        end += FIELD;
        *end++ = i < FIELDS - 1 ? ',' : '\n';
    }
    end += sprintf(end, "3,4\n");
    read_content(content, (size_t)(end - content));
    ck_assert_str_eq(transcript, "2:reject(the row is longer than 1) 3:row(3|4|) end");
    free(content);
}
END_TEST

/* An open quote must cost its own row, wherever it stands in a large file, and take no other with it. */
START_TEST(an_open_quote_in_a_large_file_costs_one_row)
{
    enum { ROWS = 50000 };
    char *content = malloc(ROWS * 32);

    for (int bad = 1; bad < ROWS; bad += ROWS / 3) {
        char *end = content + sprintf(content, "a,b\n");
        int rows = 0, rejects = 0;
        struct csv_reader *reader;
        enum csv_result result;

        for (int i = 0; i < ROWS; i++)
            end += sprintf(end, i == bad ? "%d,\"x\n" : "%d,value\n", i);
        reader = open_text(content, (size_t)(end - content));
        ck_assert_int_eq(next_of(reader, csv_reader_header), CSV_ROW);
        while ((result = next_of(reader, csv_reader_next)) != CSV_END) {
            int expected = rows + rejects;

            ck_assert_int_eq((int)csv_reader_line_number(reader), expected + 2);
            ck_assert_int_eq(result, expected == bad ? CSV_REJECT : CSV_ROW);
            if (result == CSV_ROW)
                ck_assert_int_eq(atoi(csv_reader_field(reader, 0)), expected);
            result == CSV_ROW ? rows++ : rejects++;
        }
        ck_assert_int_eq(rows, ROWS - 1);
        ck_assert_int_eq(rejects, 1);
        csv_reader_free(reader);
    }
    free(content);
}
END_TEST

START_TEST(a_NUL_rejects_its_line)
{
    enum { FILLER = 100000 }; /* behind the first block */
    static char content[FILLER + 64];
    size_t length = (size_t)sprintf(content, "a,b\n");

    while (length < FILLER - 2000)
        length += (size_t)sprintf(content + length, "1,%01000d\n", 2);
    memcpy(content + length, "3\0,4\n5,6\n", 9);
    read_content(content, length + 9);
    ck_assert_ptr_nonnull(strstr(transcript, ":reject(there is a NUL byte in i) "));
    ck_assert_ptr_nonnull(strstr(transcript, "row(5|6|) end"));
}
END_TEST

START_TEST(the_line_of_a_row_is_shown)
{
    struct csv_reader *reader = open_text(TEXT("a,b\n\"1\n2\",3\n4,5,6\r\n"));
    const char *line;
    size_t length;

    ck_assert_int_eq(next_of(reader, csv_reader_header), CSV_ROW);
    ck_assert_int_eq(next_of(reader, csv_reader_next), CSV_ROW);
    line = csv_reader_line(reader, &length);
    ck_assert(length == 2 && memcmp(line, "\"1", length) == 0);
    ck_assert_int_eq(next_of(reader, csv_reader_next), CSV_REJECT);
    line = csv_reader_line(reader, &length);
    ck_assert(length == 5 && memcmp(line, "4,5,6", length) == 0);
    csv_reader_free(reader);
}
END_TEST

/* A file of its own, so that it has a path. */
START_TEST(a_delimiter_that_is_named_is_not_recognised)
{
    static const struct {
        char delimiter;
        const char *expected;
    } CASES[] = {
        { ',', "refused: its first line has no column named a, b" },
        { '\t', "refused: its first line has no column named a, b" },
        { ';', "2:row(1|2|) end" },
        { '|', "refused: its first line has no column named a, b" },
        { '\0', "2:row(1|2|) end" },
    };

    for (int i = 0; i < ROWS(CASES); i++) {
        FILE *file = tmpfile();

        ck_assert_ptr_nonnull(file);
        ck_assert_int_gt(fprintf(file, "\xEF\xBB\xBF" "a;b\n1;2\n"), 0);
        ck_assert_int_eq(fflush(file), 0);
        read_all(open_fd(fileno(file), CASES[i].delimiter));
        ck_assert_str_eq(transcript, CASES[i].expected);
        fclose(file);
    }
}
END_TEST

START_TEST(delimiters_have_names)
{
    static const struct {
        const char *name;
        char delimiter;
    } CASES[] = {
        { ",", ',' }, { ";", ';' }, { "|", '|' }, { "tab", '\t' }, { "comma", ',' }, { "semicolon", ';' }, { "pipe", '|' },
        { "", 0 }, { "\t", 0 }, { ",,", 0 }, { "TAB", 0 }, { ":", 0 }, { " ", 0 }, { "commas", 0 }, { "\\t", 0 },
    };

    for (int i = 0; i < ROWS(CASES); i++) {
        char delimiter = 0;

        ck_assert_msg(csv_delimiter_parse(CASES[i].name, &delimiter) == (CASES[i].delimiter != 0), "%s", CASES[i].name);
        ck_assert_msg(delimiter == CASES[i].delimiter, "%s", CASES[i].name);
    }
}
END_TEST

START_TEST(a_column_that_the_file_lacks_is_known)
{
    struct csv_reader *reader = open_text(TEXT("b;x;a\n1;2;3\n"));

    ck_assert_int_eq(next_of(reader, csv_reader_header), CSV_ROW);
    ck_assert(csv_reader_has_column(reader, 0) && csv_reader_has_column(reader, 1) && !csv_reader_has_column(reader, 2));
    csv_reader_free(reader);
}
END_TEST

/* As many columns as there may be, each behind others that nobody wants. */
START_TEST(columns_may_be_many)
{
    enum { OTHERS = 7, FIELDS = CSV_COLUMNS_MAX * (OTHERS + 1) };
    static char names[CSV_COLUMNS_MAX][16], content[FIELDS * 16];
    struct csv_column columns[CSV_COLUMNS_MAX];
    char reason[REASON_SIZE], expected[16], *end = content;
    struct csv_reader *reader;

    for (int i = 0; i < CSV_COLUMNS_MAX; i++) {
        snprintf(names[i], sizeof(names[i]), "name%d", i);
        columns[i] = (struct csv_column){ names[i], true };
    }
    for (int i = 0; i < FIELDS; i++)
        end += i % (OTHERS + 1) < OTHERS ? sprintf(end, "other|") : sprintf(end, "NAME%d|", i / (OTHERS + 1));
    end[-1] = '\n';
    for (int i = 0; i < FIELDS; i++)
        end += sprintf(end, "%d|", i);
    end[-1] = '\n';
    reader = csv_reader_open_text(content, (size_t)(end - content), columns, CSV_COLUMNS_MAX, reason);
    ck_assert_int_eq(next_of(reader, csv_reader_header), CSV_ROW);
    ck_assert_int_eq(next_of(reader, csv_reader_next), CSV_ROW);
    for (int i = 0; i < CSV_COLUMNS_MAX; i++) {
        snprintf(expected, sizeof(expected), "%d", i * (OTHERS + 1) + OTHERS);
        ck_assert_str_eq(csv_reader_field(reader, (size_t)i), expected);
    }
    csv_reader_free(reader);
}
END_TEST

/* More blank lines than are kept in memory, and a header longer than a block. */
START_TEST(a_header_may_come_late_and_be_long)
{
    enum { LINES = 3 * CSV_ROW_MAX, FILLER = 600000 };
    char *content = malloc(LINES + 2 * FILLER), *end = content + LINES;

    memset(content, '\n', LINES);
    for (int i = 0; i < FILLER / 10; i++)
        end += sprintf(end, "unwanted;;");
    end += sprintf(end, "a;b\n");
    memset(end, ';', FILLER / 5);
    end += FILLER / 5;
    end += sprintf(end, "1;2\n");
    read_content(content, (size_t)(end - content));
    ck_assert_str_eq(transcript, "3145730:row(1|2|) end");
    free(content);
}
END_TEST

/* Bytes arrive one at a time, with pauses: nothing may depend on how a pipe cuts them. */
START_TEST(a_pipe_may_cut_anywhere)
{
    static const char CONTENT[] = "\xEF\xBB\xBF" "a;b\r\n\"1\r\nx\";2\r\n3\"y;4\r\n;;\r\n5;6";
    const int header = 8; /* bytes up to the end of the line that tells the delimiter */
    int ends[2], pushed = 0, waits = 0;
    struct csv_reader *reader;
    enum csv_result result;

    ck_assert_int_eq(pipe(ends), 0);
    reader = open_fd(ends[0], '\0');
    close(ends[0]);
    free(transcript);
    transcript = NULL;
    while ((result = pushed < header ? csv_reader_header(reader) : csv_reader_next(reader)) != CSV_END) {
        if (result == CSV_WAIT) {
            waits++;
            if (CONTENT[pushed])
                ck_assert_int_eq(write(ends[1], &CONTENT[pushed++], 1), 1);
            else if (ends[1] >= 0)
                close(ends[1]), ends[1] = -1;
        } else if (pushed >= header) {
            note("%d:%s ", (int)csv_reader_line_number(reader), result == CSV_ROW ? csv_reader_field(reader, 0) : "reject");
        }
    }
    ck_assert_str_eq(transcript, "2:1\r\nx 4:reject 6:5 ");
    ck_assert_int_gt(waits, (int)sizeof(CONTENT) - 1);
    csv_reader_free(reader);
}
END_TEST

START_TEST(what_cannot_be_opened_is_said)
{
    char reason[REASON_SIZE];

    ck_assert_ptr_null(csv_reader_open("/nonexistent/file", ',', COLUMNS, COLUMN_COUNT, reason));
    ck_assert_str_eq(reason, strerror(ENOENT));
    ck_assert_ptr_null(csv_reader_open("/tmp", ',', COLUMNS, COLUMN_COUNT, reason));
    ck_assert_str_eq(reason, strerror(EISDIR));
}
END_TEST

/* /proc/self/mem opens, but reading its first page fails. */
START_TEST(a_read_error_is_not_the_end)
{
    char reason[REASON_SIZE];
    struct csv_reader *reader = csv_reader_open("/proc/self/mem", '\0', COLUMNS, COLUMN_COUNT, reason);

    ck_assert_ptr_nonnull(reader);
    ck_assert_int_eq(next_of(reader, csv_reader_header), CSV_FAILED);
    ck_assert_ptr_nonnull(strstr(csv_reader_reason(reader), strerror(EIO)));
    csv_reader_free(reader);
}
END_TEST

SUITE("csv_reader", files_are_read_as_expected, a_field_may_have_64_KiB_and_no_byte_more,
      a_line_of_any_length_is_one_reject, a_row_has_a_limit_too, an_open_quote_in_a_large_file_costs_one_row,
      a_NUL_rejects_its_line, the_line_of_a_row_is_shown, a_delimiter_that_is_named_is_not_recognised,
      delimiters_have_names,
      a_column_that_the_file_lacks_is_known, columns_may_be_many, a_header_may_come_late_and_be_long,
      a_pipe_may_cut_anywhere, what_cannot_be_opened_is_said,
      a_read_error_is_not_the_end)
