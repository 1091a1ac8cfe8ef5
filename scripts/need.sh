#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: need.sh THING...
# Fails when one of the things (see tools.txt) is missing, and says what to do.
set -eu
. "$(dirname "$0")/lib.sh"
need "$@"
