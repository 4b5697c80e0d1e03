#!/bin/bash
# Makes the roles and databases that are missing. Runs at each start, and then mostly finds that they are there.
set -euo pipefail
export PGHOST=postgres PGUSER=postgres PGSSLMODE=verify-full PGSSLROOTCERT=/inner/ca/ca.pem
PGPASSWORD="$(cat /inner/postgres/password)"
export PGPASSWORD

has() {
  [ -n "$(psql --tuples-only --no-align --command "$1")" ]
}

# role NAME FOLDER: works with the password that lies there
role() {
  has "select 1 from pg_roles where rolname = '$1'" || psql --quiet --command "create role $1 login password '$(cat "$2/password")'"
}

# database NAME OWNER
database() {
  has "select 1 from pg_database where datname = '$1'" || psql --quiet --command "create database $1 owner $2"
  psql --quiet --command "revoke all on database $1 from public"
}

role temporal /inner/temporal
role absage /inner/absage
role absage_owner /inner/owner
database temporal temporal
database temporal_visibility temporal
database absage absage_owner
psql --quiet --command "grant connect on database absage to absage"
