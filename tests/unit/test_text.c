#define _POSIX_C_SOURCE 200809L /* strdup, open_memstream */
#include "text.h"

#include "suite.h"

#include <string.h>

#define BYTES(literal) literal, sizeof(literal) - 1

/* The bounds are those of RFC 3629, section 4. */
static const struct {
    const char *bytes;
    size_t length;
    bool is_utf8, is_clean;
} CASES[] = {
    { BYTES(""), true, true },
    { BYTES("plain ~"), true, true },
    { BYTES("s\xC3\xA3o paulo"), true, true },
    { BYTES("\xC2\xA0"), true, true },
    { BYTES("\xDF\xBF"), true, true },
    { BYTES("\xE0\xA0\x80"), true, true },
    { BYTES("\xED\x9F\xBF"), true, true },
    { BYTES("\xEE\x80\x80"), true, true },
    { BYTES("\xEF\xBF\xBF"), true, true },
    { BYTES("\xF0\x90\x80\x80"), true, true },
    { BYTES("\xF4\x8F\xBF\xBF"), true, true },
    /* control characters */
    { BYTES("a\0b"), true, false },
    { BYTES("\t"), true, false },
    { BYTES("a\n"), true, false },
    { BYTES("\x1F"), true, false },
    { BYTES("\x7F"), true, false },
    { BYTES("\x1B[2J"), true, false },
    { BYTES("\xC2\x80"), true, false },
    { BYTES("a\xC2\x9B" "2J"), true, false },
    { BYTES("\xC2\x9F"), true, false },
    /* no UTF-8: lone, missing and cut continuations */
    { BYTES("\x80"), false, false },
    { BYTES("a\xBF"), false, false },
    { BYTES("\xC3"), false, false },
    { BYTES("\xC3("), false, false },
    { BYTES("\xE2\x82"), false, false },
    { BYTES("\xE2\x28\xA1"), false, false },
    { BYTES("\xF0\x90\x80"), false, false },
    { BYTES("\xF0\x90\x28\xBC"), false, false },
    /* overlong, surrogates, above U+10FFFF, bytes that never occur */
    { BYTES("\xC0\x80"), false, false },
    { BYTES("\xC1\xBF"), false, false },
    { BYTES("\xE0\x9F\xBF"), false, false },
    { BYTES("\xED\xA0\x80"), false, false },
    { BYTES("\xED\xBF\xBF"), false, false },
    { BYTES("\xF0\x8F\xBF\xBF"), false, false },
    { BYTES("\xF4\x90\x80\x80"), false, false },
    { BYTES("\xF5\x80\x80\x80"), false, false },
    { BYTES("\xFE"), false, false },
    { BYTES("\xFF"), false, false },
};

START_TEST(bytes_are_judged)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        char *copy = malloc(CASES[i].length + 1); /* of that size exactly, so that sanitizers see a step too far */

        memcpy(copy, CASES[i].bytes, CASES[i].length);
        ck_assert_msg(text_is_utf8(copy, CASES[i].length) == CASES[i].is_utf8, "utf8, case %zu", i);
        ck_assert_msg(text_is_clean(copy, CASES[i].length) == CASES[i].is_clean, "clean, case %zu", i);
        free(copy);
    }
}
END_TEST

/* All code points, encoded here, pass; surrogates do not. */
START_TEST(every_code_point_is_utf8)
{
    for (unsigned point = 0; point <= 0x10FFFF; point++) {
        char bytes[4];
        size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        static const unsigned FIRST[] = { 0, 0x00, 0xC0, 0xE0, 0xF0 };

        for (size_t i = length - 1; i > 0; i--)
            bytes[i] = (char)(0x80 | (point >> (6 * (length - 1 - i)) & 0x3F));
        bytes[0] = (char)(FIRST[length] | point >> (6 * (length - 1)));
        ck_assert_msg(text_is_utf8(bytes, length) == (point < 0xD800 || point > 0xDFFF), "U+%04X", point);
    }
}
END_TEST

static const struct {
    const char *text, *cleaned;
} UNCLEAN[] = {
    { "", "" },
    { "s\xC3\xA3o \xF0\x9F\x98\x80", "s\xC3\xA3o \xF0\x9F\x98\x80" },
    { "cut \xC3", "cut ?" },
    { "cut \xF0\x9F\x98, and on", "cut ???, and on" },
    { "\x80\xC3\xC3\xA3", "??\xC3\xA3" },
    { "a\x1B[2J\n\x7F", "a?[2J??" },
    { "a\xC2\x9B" "2J", "a??2J" },
    { "a\xE2\x80\xAE" "b\xD8\x9C\xC2\xAD", "a???b????" },
};

START_TEST(any_string_can_be_made_clean)
{
    for (size_t i = 0; i < sizeof(UNCLEAN) / sizeof(UNCLEAN[0]); i++) {
        char *text = strdup(UNCLEAN[i].text);

        text_clean(text);
        ck_assert_str_eq(text, UNCLEAN[i].cleaned);
        ck_assert(text_is_clean(text, strlen(text)));
        free(text);
    }
}
END_TEST

static const struct {
    const char *text, *line;
} LINES[] = {
    { "", "" },
    { " \n\t", "" },
    { "a", "a" },
    { "failed: refused\n\tIs the server running?\n", "failed: refused Is the server running?" },
    { "  two  words \r\n", "two words" },
};

START_TEST(any_string_can_be_made_one_line)
{
    for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++) {
        char *text = strdup(LINES[i].text);

        text_one_line(text);
        ck_assert_str_eq(text, LINES[i].line);
        free(text);
    }
}
END_TEST

static const struct {
    const char *text, *printed;
} PRINTED[] = {
    { "", "" },
    { "s\xC3\xA3o \xF0\x9F\x98\x80", "s\xC3\xA3o \xF0\x9F\x98\x80" },
    { "a\x1B[2J\r\n\x7F", "a\\x1B[2J\\x0D\\x0A\\x7F" },
    { "a\xC2\x9B" "2J", "a\\xC2\\x9B2J" },
    { "\x9B" "2J, cut \xF0\x9F\x98", "\\x9B2J, cut \\xF0\\x9F\\x98" },
    { "\xE2\x80\xAE" "gpj.exe", "\\u202egpj.exe" },
    { "\xE2\x80\x8A\xE2\x80\x8B\xE2\x80\x8F\xE2\x80\x90", "\xE2\x80\x8A\\u200b\\u200f\xE2\x80\x90" },
    { "a\xE2\x80\xA8\xE2\x81\xA6\xEF\xBB\xBF", "a\\u2028\\u2066\\ufeff" },
    { "\xF3\xA0\x81\xBF\xF3\xA0\x82\x80", "\\udb40\\udc7f\xF3\xA0\x82\x80" },
};

START_TEST(any_string_can_be_printed)
{
    for (size_t i = 0; i < sizeof(PRINTED) / sizeof(PRINTED[0]); i++) {
        char *printed = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&printed, &length);

        text_print(PRINTED[i].text, out);
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_str_eq(printed, PRINTED[i].printed);
        ck_assert(text_is_clean(printed, length));
        free(printed);
    }
}
END_TEST

SUITE("text", bytes_are_judged, every_code_point_is_utf8, any_string_can_be_made_clean,
      any_string_can_be_made_one_line, any_string_can_be_printed)
