/* SPDX-License-Identifier: 0BSD */
/* Layer 6: parses everything, then checks it. */
#include "judge.h"
#include "checks.h"
#include "entries.h"

enum mb2_severity mb2_judge(const void *data, size_t size, mb2_report *report,
                            void *context)
{
    struct kernel k = {
        .data = data, .size = size, .report = report, .context = context};

    read_elf(&k);
    read_header(&k);

    check_header(&k);
    check_tags(&k);
    /* With neither, it is unknown how the file would be loaded. */
    if (k.is_elf || k.header_end != 0) {
        check_elf(&k);
        check_image(&k);
        check_sections(&k);
    }
    if (k.worst < MB2_ERROR)
        entry_facts(&k);
    return k.worst;
}
