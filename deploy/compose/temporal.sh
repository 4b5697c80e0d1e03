#!/bin/sh
# The server of the image, with the password from its file.
set -eu
POSTGRES_PWD="$(cat /inner/temporal/password)"
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
