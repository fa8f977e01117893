#include "text.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

/*
 * The length of the UTF-8 sequence that starts at s, of at most `left` bytes,
 * or 0. The bounds of the second byte are the table of RFC 3629, section 4.
 */
static size_t sequence_length(const unsigned char *s, size_t left)
{
    unsigned char low = 0x80, high = 0xBF;
    size_t length;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    length = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (s[0] == 0xE0)
        low = 0xA0;
    else if (s[0] == 0xED)
        high = 0x9F;
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F;

    if (left < length || s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

/* The same, but also 0 for a control character: those of ASCII, and U+0080 to U+009F, which are C2 80 to C2 9F. */
static size_t clean_length(const unsigned char *s, size_t left)
{
    bool is_control = s[0] < 0x20 || s[0] == 0x7F || (s[0] == 0xC2 && left > 1 && s[1] < 0xA0);

    return is_control ? 0 : sequence_length(s, left);
}

/* Characters that change the text direction, end a line in some programs, or are invisible. Sorted. */
static const struct {
    uint32_t first, last;
} DECEPTIVE[] = { { 0xAD, 0xAD },     { 0x61C, 0x61C },   { 0x180E, 0x180E }, { 0x200B, 0x200F },  { 0x2028, 0x202E },
                  { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFB }, { 0xE0000, 0xE007F } };

/* The code point of a sequence, if it is one of those, or 0. */
static uint32_t deceptive_point(const unsigned char *s, size_t length)
{
    uint32_t point = s[0] & (0xFFU >> (length + 1));

    if (length < 2)
        return 0;
    for (size_t i = 1; i < length; i++)
        point = point << 6 | (s[i] & 0x3FU);
    for (size_t i = 0; i < sizeof(DECEPTIVE) / sizeof(DECEPTIVE[0]); i++) {
        if (point >= DECEPTIVE[i].first && point <= DECEPTIVE[i].last)
            return point;
    }
    return 0;
}

/* Eight bytes in one number: this one in each of them. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

static bool are_ascii(uint64_t eight)
{
    return (eight & EIGHT(0x80)) == 0;
}

/* Neither is one below 0x20: taken from 0x80 + byte, that leaves the upper bit; nor 0x7F: that and 1 sets it. */
static bool are_printable_ascii(uint64_t eight)
{
    return are_ascii(eight | (eight + EIGHT(1))) &&
           (((eight | EIGHT(0x80)) - EIGHT(0x20)) & EIGHT(0x80)) == EIGHT(0x80);
}

/* How many bytes from s on satisfy `are`, in steps of eight. */
static inline size_t length_of(bool (*are)(uint64_t eight), const unsigned char *s, size_t left)
{
    size_t length = 0;
    uint64_t eight;

    for (; left - length >= sizeof(eight); length += sizeof(eight)) {
        memcpy(&eight, s + length, sizeof(eight));
        if (!are(eight))
            break;
    }
    return length;
}

bool text_is_utf8(const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;

    for (size_t i = length_of(are_ascii, s, length); i < length;) {
        size_t step = sequence_length(s + i, length - i);

        if (step == 0)
            return false;
        i += step;
        if (step > 1)
            i += length_of(are_ascii, s + i, length - i);
    }
    return true;
}

static bool is_printable_ascii(unsigned char c)
{
    return c >= 0x20 && c < 0x7F;
}

bool text_is_clean(const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;

    for (size_t i = length_of(are_printable_ascii, s, length); i < length;) {
        size_t step = is_printable_ascii(s[i]) ? 1 : clean_length(s + i, length - i);

        if (step == 0)
            return false;
        i += step;
        if (step > 1)
            i += length_of(are_printable_ascii, s + i, length - i);
    }
    return true;
}

void text_clean(char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        size_t step = clean_length((const unsigned char *)text, left);

        if (step == 0 || deceptive_point((const unsigned char *)text, step)) {
            *text = '?'; /* the other bytes of a longer character are then not UTF-8 */
            step = 1;
        }
        text += step;
        left -= step;
    }
}

void text_one_line(char *text)
{
    char *end = text;

    for (const char *c = text; *c; c++) {
        if (*c != ' ' && *c != '\t' && *c != '\n' && *c != '\r')
            *end++ = *c;
        else if (end > text && end[-1] != ' ')
            *end++ = ' ';
    }
    if (end > text && end[-1] == ' ')
        end--;
    *end = '\0';
}

/* As in JSON: a surrogate pair above U+FFFF. */
static void print_point(uint32_t point, FILE *out)
{
    if (point > 0xFFFF)
        fprintf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xD7C0 + (point >> 10), 0xDC00 + (point & 0x3FF));
    else
        fprintf(out, "\\u%04" PRIx32, point);
}

void text_print(const char *text, FILE *out)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t left = strlen(text), fit = 0; /* bytes from s that can be printed as they are, but are not printed yet */

    while (fit < left) {
        size_t step = clean_length(s + fit, left - fit);
        uint32_t point = step > 1 ? deceptive_point(s + fit, step) : 0;

        if (step > 0 && point == 0) {
            fit += step;
            continue;
        }
        fwrite(s, 1, fit, out);
        if (point > 0)
            print_point(point, out);
        else
            fprintf(out, "\\x%02X", s[fit]);
        fit += step > 0 ? step : 1;
        s += fit;
        left -= fit;
        fit = 0;
    }
    fwrite(s, 1, fit, out);
}
