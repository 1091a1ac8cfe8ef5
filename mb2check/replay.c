/* SPDX-License-Identifier: 0BSD */
/* Usage: replay FILE...
 * Calls the fuzz target with files, for compilers without libFuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file || fseek(file, 0, SEEK_END) != 0) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        /* Of the exact size, so that a read past the end is noticed. */
        size_t size = (size_t)ftell(file);
        uint8_t *data = malloc(size);
        rewind(file);
        if ((size && !data) || fread(data, 1, size, file) != size) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        fclose(file);
        LLVMFuzzerTestOneInput(data, size);
        free(data);
    }
    printf("%d files replayed\n", argc - 1);
    return EXIT_SUCCESS;
}
