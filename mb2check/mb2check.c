/* SPDX-License-Identifier: 0BSD */
/* Reads files, has them judged (judge.h), and prints what was found. */
#include "judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#else
#define isatty(file) 0
#endif

#define COLUMNS 80
#define MAX_FILE ((size_t)256 << 20) /* in bytes; a kernel is far smaller */

enum { GOOD = 0, BAD = 1, TROUBLE = 2 }; /* exit statuses */

static const char HELP[] =
    "Usage: mb2check [-q] FILE...\n"
    "Says whether each FILE is a kernel that a Multiboot2 loader, such as\n"
    "GRUB's `multiboot2` command, will load; if not, which rule it breaks.\n"
    "\n"
    "  -q      print nothing about a good file but its warnings\n"
    "  --help  print this text\n"
    "\n"
    "For a good file it prints what a loader sees: at which offset of the\n"
    "file, which field, and its value. For each broken rule it prints:\n"
    "\n"
    "  FILE: offset 0xf4: fault: checksum\n"
    "      found  what is there\n"
    "      must   what has to be there\n"
    "      why    the reason, and where the specification says so\n"
    "      try    the likely cause, or what to do next\n"
    "\n"
    "A warning looks the same. It is legal, but often not what was meant.\n"
    "Offsets and sizes are in bytes. Numbers that begin with 0x are\n"
    "hexadecimal. On a terminal the verdicts are coloured, unless the\n"
    "variable NO_COLOR is set.\n"
    "\n"
    "Exit status: 0 all files are good (warnings or not), 1 a file has a\n"
    "fault, 2 wrong usage, or a file or the output made trouble.\n"
    "\n"
    "The rules, by the names that the messages use:\n"
    "  the header   no-header magic multiboot1 header-align header-window\n"
    "               header-length architecture checksum\n"
    "  its tags     tag-align tag-size tag-flags tag-unknown tag-duplicate\n"
    "               tag-end tag-after-end request address address-entry\n"
    "               efi-entry console framebuffer relocatable\n"
    "  the file     file-format elf-header elf-class elf-data elf-type\n"
    "               elf-machine elf-version program-headers section-headers\n"
    "               section-relocs section-file\n"
    "  the image    segment-size segment-file segment-4g segment-low\n"
    "               segment-overlap segment-empty segment-wx entry pvh-note\n";

/* --- Text of at most 80 columns ------------------------------------------- */

static const char *color(const char *code)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    bool plain = (no_color && *no_color) || !isatty(1) ||
                 (terminal && strcmp(terminal, "dumb") == 0);
    return plain ? "" : code;
}

#define RED "\033[1;31m"
#define YELLOW "\033[1;33m"
#define GREEN "\033[1;32m"
#define RESET "\033[0m"

/* Prints the words of a text, and begins a new line, at column `indent`, where
 * a word does not fit. Returns the column behind the last word. */
static size_t print_words(const char *text, size_t column, size_t indent)
{
    bool first = true;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (!first && column + 1 + length > COLUMNS) {
            printf("\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            putchar(' ');
            column++;
        }
        for (size_t i = 0; i < length; i++) /* a file's name may hold them */
            putchar((unsigned char)text[i] < ' ' || text[i] == 127 ? '?'
                                                                   : text[i]);
        column += length;
        first = false;
        text += length + strspn(text + length, " ");
    }
    return column;
}

static void write_number(char *buffer, size_t size, uint64_t value,
                         bool decimal)
{
    if (decimal || value < 10)
        snprintf(buffer, size, "%llu", (unsigned long long)value);
    else
        snprintf(buffer, size, "0x%llx", (unsigned long long)value);
}

/* Fills in the places of a template (judge.h). For instance, "size is {found}"
 * becomes "size is 16". */
static void fill_in(char *buffer, size_t size, const char *template,
                    const struct mb2_finding *finding)
{
    char found[24], wanted[24], number[24];
    write_number(found, sizeof(found), finding->found, finding->decimal);
    write_number(wanted, sizeof(wanted), finding->wanted, finding->decimal);
    write_number(number, sizeof(number), finding->number, true);
    const struct {
        const char *place, *text;
    } places[] = {{"{found}", found},
                  {"{wanted}", wanted},
                  {"{number}", number},
                  {"{subject}", finding->subject}};

    size_t used = 0;
    while (*template && used + 1 < size) {
        const char *text = NULL;
        for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
            size_t length = strlen(places[i].place);
            if (strncmp(template, places[i].place, length) == 0) {
                text = places[i].text ? places[i].text : "";
                template += length;
                break;
            }
        }
        if (!text) {
            buffer[used++] = *template ++;
            continue;
        }
        while (*text && used + 1 < size)
            buffer[used++] = *text++;
    }
    buffer[used] = '\0';
}

/* --- What was found ------------------------------------------------------- */

struct listing {
    const char *path;
    bool facts; /* print them? */
    unsigned faults, warnings;
};

static void print_line(const char *label, const char *template,
                       const struct mb2_finding *finding)
{
    char text[512];
    fill_in(text, sizeof(text), template, finding);
    printf("    %-7s", label);
    print_words(text, 11, 11);
    putchar('\n');
}

static void print_fact(const struct mb2_finding *finding)
{
    char text[512];
    fill_in(text, sizeof(text), finding->is, finding);
    printf("  0x%08llx  ", (unsigned long long)finding->offset);
    if (finding->label)
        printf("  %-14s ", finding->label);
    print_words(text, finding->label ? 31 : 14, 31);
    putchar('\n');
}

static void print_problem(const char *path, const struct mb2_finding *finding)
{
    bool fault = finding->severity == MB2_FAULT;
    char where[64];
    snprintf(where, sizeof(where),
             ": offset 0x%llx:", (unsigned long long)finding->offset);
    size_t column = print_words(path, 0, 0);
    column = print_words(where, column, 4);
    if (column + strlen(" warning: ") + strlen(finding->rule) > COLUMNS)
        fputs("\n   ", stdout);
    printf(" %s%s%s: %s\n", color(fault ? RED : YELLOW),
           fault ? "fault" : "warning", color(RESET), finding->rule);
    print_line("found", finding->is, finding);
    print_line("must", finding->must, finding);
    print_line("why", finding->why, finding);
    print_line("try", finding->hint, finding);
}

static void print_finding(void *context, const struct mb2_finding *finding)
{
    struct listing *listing = context;
    if (finding->severity == MB2_FACT) {
        if (listing->facts)
            print_fact(finding);
        return;
    }
    if (finding->severity == MB2_FAULT)
        listing->faults++;
    else
        listing->warnings++;
    print_problem(listing->path, finding);
}

static void ignore_finding(void *context, const struct mb2_finding *finding)
{
    (void)context;
    (void)finding;
}

static void print_summary(const struct listing *listing, bool good)
{
    char text[128];
    size_t column = print_words(listing->path, 0, 0);
    column += (size_t)printf(": %s%s%s", color(good ? GREEN : RED),
                             good ? "good" : "bad", color(RESET));
    snprintf(text, sizeof(text), ", %u fault%s, %u warning%s", listing->faults,
             listing->faults == 1 ? "" : "s", listing->warnings,
             listing->warnings == 1 ? "" : "s");
    print_words(text, column, 4);
    putchar('\n');
}

/* --- Files ---------------------------------------------------------------- */

/* Reads all of a file, without trust in the size that the system names: it may
 * be a pipe. Returns NULL and sets errno if that fails. */
static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    uint8_t *data = NULL;
    size_t room = 0;
    *size = 0;
    errno = 0;
    do {
        if (*size == room) {
            room = room ? 2 * room : 65536;
            uint8_t *bigger = room <= MAX_FILE ? realloc(data, room) : NULL;
            if (!bigger) {
                errno = room <= MAX_FILE ? ENOMEM : EFBIG;
                break;
            }
            data = bigger;
        }
        *size += fread(data + *size, 1, room - *size, file);
    } while (!feof(file) && !ferror(file));

    int trouble = feof(file) ? 0 : errno;
    fclose(file);
    if (trouble) {
        free(data);
        errno = trouble;
        return NULL;
    }
    return data;
}

static int check(const char *path, bool quiet)
{
    size_t size;
    uint8_t *data = read_file(path, &size);
    if (!data) {
        fprintf(stderr, "mb2check: %s: %s\n", path, strerror(errno));
        return TROUBLE;
    }

    /* What a loader sees is of use when it will load the file: so judge first,
     * then judge again and print. */
    bool good = mb2_judge(data, size, ignore_finding, NULL) != MB2_FAULT;
    struct listing listing = {.path = path, .facts = good && !quiet};
    if (listing.facts) {
        print_words(path, 0, 0);
        fputs(": what a loader sees\n      offset  field          value\n",
              stdout);
    }
    mb2_judge(data, size, print_finding, &listing);
    if (!good || !quiet)
        print_summary(&listing, good);
    free(data);
    return good ? GOOD : BAD;
}

/* The exit status, if all that was printed has reached its file. */
static int finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "mb2check: cannot write the result: %s\n", strerror(errno));
    return TROUBLE;
}

int main(int argc, char **argv)
{
    bool quiet = false;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (strcmp(argv[i], "--help") == 0) {
            fputs(HELP, stdout);
            return finish(GOOD);
        }
        if (strcmp(argv[i], "-q") != 0) {
            fprintf(stderr, "mb2check: no such option: %s\n", argv[i]);
            i = argc;
            break;
        }
        quiet = true;
    }
    if (i == argc) {
        fputs("Usage: mb2check [-q] FILE...  (mb2check --help says more)\n",
              stderr);
        return TROUBLE;
    }

    int worst = GOOD;
    for (; i < argc; i++) {
        int status = check(argv[i], quiet);
        if (status > worst)
            worst = status;
    }
    return finish(worst);
}
