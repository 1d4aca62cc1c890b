#!/bin/sh
# Opens exports and reports in LibreOffice and compares every cell and word (tests/server/libreoffice.rs).
# Needs soffice, pdftotext and pdftoppm (Debian: libreoffice-calc libreoffice-writer poppler-utils), and says so if they lack.
# The first argument: a folder in which the files and the pictures of the report's pages stay.
set -eu
for program in soffice pdftotext pdftoppm; do
    command -v "$program" >/dev/null || { echo "libreoffice.sh: $program is not here" >&2; exit 1; }
done
folder=${1:-$(mktemp -d)}
mkdir -p "$folder/strings"
folder=$(cd "$folder" && pwd)
HAILONG_HOSTILE=$folder/strings cargo test --test server formulas::
HAILONG_OFFICE=$folder HAILONG_HOSTILE=$folder/strings cargo test --test server libreoffice:: -- --ignored --test-threads 1
echo "looked at with $(soffice --version); the files are in $folder"
