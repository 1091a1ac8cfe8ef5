/* SPDX-License-Identifier: 0BSD */
/* mb2check's judge for the page, compiled to WebAssembly without a library.
 * src/judge.js copies a file into its memory and calls judge, which reports. */
#include "judge.h"

/* Defined in judge.js. The texts are templates, see finding.h. */
__attribute__((import_module("page"), import_name("finding"))) void
page_finding(enum mb2_severity severity, const char *rule, uint64_t offset,
             uint64_t size, const char *label, const char *is, const char *must,
             const char *why, const char *hint, const char *section,
             uint64_t found, uint64_t wanted, uint64_t number,
             const char *subject, bool decimal);

static void report(void *context, const struct mb2_finding *finding)
{
    (void)context;
    page_finding(finding->severity, finding->rule, finding->offset,
                 finding->size, finding->label, finding->is, finding->must,
                 finding->why, finding->hint, finding->section, finding->found,
                 finding->wanted, finding->number, finding->subject,
                 finding->decimal);
}

__attribute__((export_name("judge"))) enum mb2_severity judge(const void *data,
                                                              size_t size)
{
    return mb2_judge(data, size, report, NULL);
}
