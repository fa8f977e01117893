/*
 * The main function of a fuzz target without libFuzzer: runs it on the files that are named, in a plain build.
 *
 *     build/tests/fuzz_record tests/fuzz/corpus/record/...      fails at the first property that does not hold
 *     build/tests/fuzz_record --reasons FILE...                 and prints on standard error why inputs were refused
 */
#include "property.h"

#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 1 << 20 };

static bool replay(const char *path)
{
    FILE *file = fopen(path, "re");
    uint8_t *read_bytes, *bytes;
    size_t size;

    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    read_bytes = checked(malloc(INPUT_MAX));
    size = fread(read_bytes, 1, INPUT_MAX, file);
    fclose(file);
    bytes = checked(malloc(size + (size == 0))); /* as large as the input, so that a sanitizer sees what reads beyond it */
    memcpy(bytes, read_bytes, size);
    property_input = path;
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    free(read_bytes);
    return true;
}

int main(int argc, char **argv)
{
    int first = 1;

    if (argc > 1 && strcmp(argv[1], "--reasons") == 0) {
        property_prints_reasons = true;
        first = 2;
    }
    if (first >= argc) {
        fprintf(stderr, "usage: %s [--reasons] FILE...\n", argv[0]);
        return EXIT_FAILURE;
    }
    for (int i = first; i < argc; i++) {
        if (!replay(argv[i]))
            return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
