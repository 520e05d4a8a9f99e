#!/bin/sh
# Patroni reads its passwords from variables only; they come from files, so that no listing of the service shows them.
set -eu
for name in SUPERUSER REPLICATION REWIND; do
    eval "file=\${PATRONI_${name}_PASSWORD_FILE}"
    export "PATRONI_${name}_PASSWORD=$(cat "$file")"
done
exec patroni /etc/patroni.yml
