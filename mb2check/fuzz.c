/* SPDX-License-Identifier: 0BSD */
/* The fuzzer calls this with each file that it generates. The sanitizers check
 * the judge's memory accesses; this checks what judge.h promises. */
#include "judge.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    size_t size;
    enum mb2_severity worst;
    unsigned long findings;
};

static void promise(bool kept)
{
    if (!kept)
        abort();
}

static void look(void *context, const struct mb2_finding *finding)
{
    struct seen *seen = context;
    bool fact = finding->severity == MB2_FACT;

    promise(finding->severity <= MB2_ERROR);
    promise(finding->offset <= seen->size);
    promise(finding->size <= seen->size - finding->offset);
    promise(finding->rule && finding->is);
    promise(!finding->must == fact && !finding->why == fact);
    promise(!finding->hint == fact);
    promise(fact || !finding->label);

    seen->findings++;
    if (finding->severity > seen->worst)
        seen->worst = finding->severity;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen first = {.size = size}, second = {.size = size};

    promise(mb2_judge(data, size, look, &first) == first.worst);
    /* At most 16 for each of 1024 segments, which may share their bytes. */
    promise(first.findings <= 64 + 16 * 1024 + size);
    promise(mb2_judge(data, size, look, &second) == first.worst);
    promise(second.findings == first.findings);
    return 0;
}
