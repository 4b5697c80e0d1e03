#!/bin/sh
# Brings both of Temporal's databases up to the version of this tool, while no server runs on them.
set -eu
SQL_PASSWORD="$(cat /inner/temporal/password)"
export SQL_PASSWORD
for pair in temporal:temporal temporal_visibility:visibility; do
  export SQL_DATABASE="${pair%%:*}"
  # Makes only the tables of the versions, if they are not there.
  temporal-sql-tool setup-schema -v 0.0
  temporal-sql-tool update-schema --schema-name "postgresql/v12/${pair##*:}"
done
