# SPDX-License-Identifier: 0BSD
def of(case):
    return None
