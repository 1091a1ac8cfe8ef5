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

#define VERSION "mb2check 1.0 (GRUB 2.06 to 2.14)"

enum { GOOD = 0, BAD = 1, FAILED = 2 }; /* exit statuses */

/* The rules of finding.h, each after its group's title, which has no text. */
#define GROUP(title) {title, NULL},
#define RULE(name, text) {name, text},
static const struct {
    const char *name, *text;
} RULES[] = {MB2_RULES(GROUP, RULE)};
#define RULE_COUNT (sizeof(RULES) / sizeof(RULES[0]))

static struct {
    bool quiet, strict, json;
    bool ignored[RULE_COUNT];
} options;

static const char USAGE[] = "Usage: mb2check [OPTION]... FILE...\n";

static const char HELP[] =
    "Says whether each FILE is a kernel that a Multiboot2 loader, such as\n"
    "GRUB's `multiboot2` command, will load; if not, which rule it breaks.\n"
    "With - as FILE, it reads standard input.\n"
    "\n"
    "  -q             print no facts, and nothing at all about a file that\n"
    "                 breaks no rule\n"
    "  --strict       a violation makes a file bad, as an error does\n"
    "  --ignore RULE  do not report warnings and violations of this rule;\n"
    "                 may be repeated\n"
    "  --json         print each finding as a JSON object on its own line\n"
    "  --help         print this text\n"
    "  --version      print the version\n"
    "\n"
    "For each broken rule it prints:\n"
    "\n"
    "  FILE: offset 0xf4: error: checksum\n"
    "      found  what is there\n"
    "      must   what should be there\n"
    "      why    the reason, and the section of the specification\n"
    "      try    the likely cause, or what to do next\n"
    "\n"
    "It is one of these three:\n"
    "\n"
    "  error      GRUB (2.06 to 2.14, or as the text says) refuses the file,\n"
    "             or it cannot run\n"
    "  violation  against a specification, yet GRUB loads the file; another\n"
    "             loader may not\n"
    "  warning    legal, but often not what was meant\n"
    "\n"
    "For a good file it also prints facts: what a loader sees (each field's\n"
    "offset, name and value), and by which entries the kernel can be started:\n"
    "by GRUB on BIOS and x86_64 UEFI, by Limine, by `qemu -kernel`. Offsets\n"
    "and sizes are in bytes. Numbers that begin with 0x are hexadecimal. On a\n"
    "terminal the verdicts are coloured, unless the variable NO_COLOR is set.\n"
    "\n"
    "With --json there are facts about a bad file, too, except its entries.\n"
    "Each object has these keys, in this order:\n"
    "\n"
    "  file      the name as given\n"
    "  offset    where in the file, in bytes\n"
    "  size      how many bytes are meant; 0: none, or the whole file\n"
    "  severity  \"error\", \"violation\", \"warning\" or \"fact\"\n"
    "  rule      the rule's name; for a fact, what it belongs to\n"
    "  label     for a fact: the field's name, or null\n"
    "  found     what is there, in words\n"
    "  must      what should be there; null for a fact, as are the next two\n"
    "  why       the reason\n"
    "  try       what to do next\n"
    "  value     the number that was found\n"
    "  section   of the specification that names a fact's field, or null\n"
    "\n"
    "Limine appears in facts only: the verdict and the exit status are about\n"
    "GRUB and the specification. These facts depend on the header and its\n"
    "tags alone, as in the source of release 12 (8.2.0 was run, on BIOS). On\n"
    "UEFI, Limine ends the boot services and enters in 32-bit mode: a kernel\n"
    "that writes to text memory, or calls the firmware, leaves the screen\n"
    "black there.\n"
    "\n"
    "Exit status: 0 if all files are good (no error and, with --strict, no\n"
    "violation); 1 if a file is bad; 2 on wrong usage, or if a file cannot be\n"
    "read or the output cannot be written.\n"
    "\n"
    "The rules, by the names that the messages use, and what they require:\n";

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
 * a word does not fit. */
static void print_words(const char *text, size_t column, size_t indent)
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
        printf("%.*s", (int)length, text);
        column += length;
        first = false;
        text += length + strspn(text + length, " ");
    }
}

/* A file's name may contain a terminal's control characters. */
static void print_name(const char *name)
{
    for (; *name; name++)
        putchar((unsigned char)*name < ' ' || *name == 127 ? '?' : *name);
}

static void write_number(char *buffer, size_t size, uint64_t value,
                         bool decimal)
{
    if (decimal || value < 10)
        snprintf(buffer, size, "%llu", (unsigned long long)value);
    else
        snprintf(buffer, size, "0x%llx", (unsigned long long)value);
}

/* A template (finding.h) filled in, until the next call. For instance, "size is
 * {found}" becomes "size is 16". */
static const char *filled(const char *template,
                          const struct mb2_finding *finding)
{
    static char buffer[512];
    char found[24], wanted[24], number[24];
    if (!template)
        return NULL;
    write_number(found, sizeof(found), finding->found, finding->decimal);
    write_number(wanted, sizeof(wanted), finding->wanted, finding->decimal);
    write_number(number, sizeof(number), finding->number, true);
    const struct {
        const char *name, *text;
    } values[] = {{"{found}", found},
                  {"{wanted}", wanted},
                  {"{number}", number},
                  {"{subject}", finding->subject},
                  {"{section}", finding->section}};

    size_t used = 0;
    while (*template && used + 1 < sizeof(buffer)) {
        const char *text = NULL;
        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
            size_t length = strlen(values[i].name);
            if (strncmp(template, values[i].name, length) == 0) {
                text = values[i].text ? values[i].text : "";
                template += length;
                break;
            }
        }
        if (!text) {
            buffer[used++] = *template ++;
            continue;
        }
        while (*text && used + 1 < sizeof(buffer))
            buffer[used++] = *text++;
    }
    buffer[used] = '\0';
    return buffer;
}

/* --- What was found ------------------------------------------------------- */

/* A file is judged twice: facts are printed only about a good file, and whether
 * it is good is known after the last finding. */
struct listing {
    const char *path;
    bool facts; /* print them? */
    unsigned count[MB2_ERROR + 1];
};

static bool is_ignored(const struct mb2_finding *finding)
{
    if (finding->severity == MB2_WARNING || finding->severity == MB2_VIOLATION)
        for (size_t i = 0; i < RULE_COUNT; i++)
            if (options.ignored[i] && strcmp(RULES[i].name, finding->rule) == 0)
                return true;
    return false;
}

static void print_line(const char *label, const char *template,
                       const struct mb2_finding *finding)
{
    printf("    %-7s", label);
    print_words(filled(template, finding), 11, 11);
    putchar('\n');
}

static void print_fact(const struct mb2_finding *finding)
{
    printf("  0x%08llx  ", (unsigned long long)finding->offset);
    if (finding->label)
        printf("  %-14s ", finding->label);
    print_words(filled(finding->is, finding), finding->label ? 31 : 14, 31);
    putchar('\n');
}

static const struct {
    const char *name, *color;
} SEVERITIES[] = {
    [MB2_FACT] = {"fact", ""},
    [MB2_WARNING] = {"warning", YELLOW},
    [MB2_VIOLATION] = {"violation", YELLOW},
    [MB2_ERROR] = {"error", RED},
};

/* How many bytes the UTF-8 character at `text` has; 0: it is not UTF-8. */
static size_t utf8_length(const unsigned char *text)
{
    size_t length = *text < 0x80                     ? 1
                    : *text >= 0xc2 && *text <= 0xdf ? 2
                    : *text >= 0xe0 && *text <= 0xef ? 3
                    : *text >= 0xf0 && *text <= 0xf4 ? 4
                                                     : 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    if ((*text == 0xe0 && text[1] < 0xa0) ||
        (*text == 0xed && text[1] > 0x9f) ||
        (*text == 0xf0 && text[1] < 0x90) || (*text == 0xf4 && text[1] > 0x8f))
        return 0; /* overlong, a surrogate, or above U+10FFFF */
    return length;
}

static void print_json_text(const char *key, const char *text)
{
    if (key)
        printf(", \"%s\": ", key);
    if (!text) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    while (*text) {
        unsigned char c = (unsigned char)*text;
        size_t length = utf8_length((const unsigned char *)text);
        if (length == 0)
            fputs("\\ufffd", stdout);
        else if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < ' ' || c == 127)
            printf("\\u%04x", c);
        else
            fwrite(text, 1, length, stdout);
        text += length ? length : 1;
    }
    putchar('"');
}

static void print_json(const char *path, const struct mb2_finding *finding)
{
    fputs("{\"file\": ", stdout);
    print_json_text(NULL, path);
    printf(", \"offset\": %llu, \"size\": %llu",
           (unsigned long long)finding->offset,
           (unsigned long long)finding->size);
    print_json_text("severity", SEVERITIES[finding->severity].name);
    print_json_text("rule", finding->rule);
    print_json_text("label", finding->label);
    print_json_text("found", filled(finding->is, finding));
    print_json_text("must", filled(finding->must, finding));
    print_json_text("why", filled(finding->why, finding));
    print_json_text("try", filled(finding->hint, finding));
    printf(", \"value\": %llu", (unsigned long long)finding->found);
    print_json_text("section", finding->section);
    puts("}");
}

/* The first line is never wrapped: other programs parse it. */
static void print_problem(const char *path, const struct mb2_finding *finding)
{
    print_name(path);
    printf(": offset 0x%llx: %s%s%s: %s\n", (unsigned long long)finding->offset,
           color(SEVERITIES[finding->severity].color),
           SEVERITIES[finding->severity].name, color(RESET), finding->rule);
    print_line("found", finding->is, finding);
    print_line("must", finding->must, finding);
    print_line("why", finding->why, finding);
    print_line("try", finding->hint, finding);
}

/* The judge calls these two with each finding. */
static void count_finding(void *context, const struct mb2_finding *finding)
{
    struct listing *listing = context;
    if (!is_ignored(finding))
        listing->count[finding->severity]++;
}

static void print_finding(void *context, const struct mb2_finding *finding)
{
    const struct listing *listing = context;
    bool fact = finding->severity == MB2_FACT;
    if (is_ignored(finding) || (fact && !listing->facts))
        return;
    if (options.json)
        print_json(listing->path, finding);
    else if (fact)
        print_fact(finding);
    else
        print_problem(listing->path, finding);
}

static void print_summary(const struct listing *listing, bool good)
{
    print_name(listing->path);
    printf(": %s%s%s", color(good ? GREEN : RED), good ? "good" : "bad",
           color(RESET));
    for (int severity = MB2_ERROR; severity > MB2_FACT; severity--)
        printf(", %u %s%s", listing->count[severity], SEVERITIES[severity].name,
               listing->count[severity] == 1 ? "" : "s");
    putchar('\n');
}

/* --- Files ---------------------------------------------------------------- */

/* Reads all of a file without asking for its size, as it may be a pipe. Returns
 * NULL and sets errno if that fails. */
static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
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

    int error = feof(file) ? 0 : errno;
    if (file != stdin)
        fclose(file);
    if (error) {
        free(data);
        errno = error;
        return NULL;
    }
    return data;
}

static int check(const char *path)
{
    size_t size;
    uint8_t *data = read_file(path, &size);
    if (!data) {
        fprintf(stderr, "mb2check: %s: %s\n", path, strerror(errno));
        return FAILED;
    }

    struct listing listing = {.path = path};
    mb2_judge(data, size, count_finding, &listing);
    bool good = listing.count[MB2_ERROR] == 0 &&
                !(options.strict && listing.count[MB2_VIOLATION] != 0);
    listing.facts = (good || options.json) && !options.quiet;

    if (listing.facts && !options.json) {
        print_name(path);
        fputs(": what a loader sees\n      offset  field          value\n",
              stdout);
    }
    mb2_judge(data, size, print_finding, &listing);
    free(data);
    if (!options.json && (!options.quiet || !good))
        print_summary(&listing, good);
    return good ? GOOD : BAD;
}

/* Returns `status`, or FAILED if the output could not be written. */
static int finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "mb2check: cannot write the result: %s\n", strerror(errno));
    return FAILED;
}

static int help(void)
{
    fputs(USAGE, stdout);
    fputs(HELP, stdout);
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (RULES[i].text)
            printf("  %-17s%s\n", RULES[i].name, RULES[i].text);
        else
            printf("\n%s:\n\n", RULES[i].name);
    return finish(GOOD);
}

static int wrong_usage(void)
{
    fprintf(stderr, "%sFor more, type: mb2check --help\n", USAGE);
    return FAILED;
}

/* Returns whether there is such a rule; if not, lists those that there are. */
static bool ignore(const char *rule)
{
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (RULES[i].text && strcmp(RULES[i].name, rule) == 0)
            return options.ignored[i] = true;
    fprintf(stderr, "mb2check: no such rule: %s\nThe rules are:", rule);
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (RULES[i].text)
            fprintf(stderr, " %s", RULES[i].name);
    fputs("\n", stderr);
    return false;
}

int main(int argc, char **argv)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        const char *option = argv[i];
        if (strcmp(option, "--") == 0) {
            i++;
            break;
        } else if (strcmp(option, "--help") == 0) {
            return help();
        } else if (strcmp(option, "--version") == 0) {
            puts(VERSION);
            return finish(GOOD);
        } else if (strcmp(option, "-q") == 0) {
            options.quiet = true;
        } else if (strcmp(option, "--strict") == 0) {
            options.strict = true;
        } else if (strcmp(option, "--json") == 0) {
            options.json = true;
        } else if (strcmp(option, "--ignore") == 0 && i + 1 < argc) {
            if (!ignore(argv[++i]))
                return FAILED;
        } else {
            fprintf(stderr, "mb2check: %s: %s\n",
                    strcmp(option, "--ignore") == 0 ? "a rule is missing after"
                                                    : "no such option",
                    option);
            return wrong_usage();
        }
    }
    if (i == argc)
        return wrong_usage();

    int worst = GOOD;
    for (; i < argc; i++) {
        int status = check(argv[i]);
        if (status > worst)
            worst = status;
    }
    return finish(worst);
}
