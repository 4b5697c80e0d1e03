#!/bin/bash
# What the parts inside prove themselves with: certificates and passwords, made at the first start and kept. Each file belongs to the
# user that its part runs as.
set -euo pipefail
umask 077
readonly POSTGRES=999 TEMPORAL=1000 ABSAGE=10001
readonly DAYS=3650

if [ -e /inner/owner/database-url ]; then
  echo "all of it is there"
  exit 0
fi

password() {
  openssl rand -hex 24
}

# certificate NAME FOLDER OWNER: the key and the certificate of the server that the others call by this name
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$2/server.key" -out /tmp/request.pem
  openssl x509 -req -in /tmp/request.pem -CA /inner/ca/ca.pem -CAkey /tmp/ca.key -CAcreateserial -days "$DAYS" \
    -extfile <(echo "subjectAltName=DNS:$1") -out "$2/server.pem"
  chown "$3" "$2/server.key" "$2/server.pem"
}

# The authority's own key is not kept: nothing else is ever to be signed with it.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days "$DAYS" -subj "/CN=Absage, inside" \
  -keyout /tmp/ca.key -out /inner/ca/ca.pem
chmod 755 /inner/ca
chmod 644 /inner/ca/ca.pem
certificate postgres /inner/postgres "$POSTGRES"
certificate temporal /inner/temporal "$TEMPORAL"
rm /tmp/ca.key

password > /inner/postgres/password
chown -R "$POSTGRES" /inner/postgres
password > /inner/temporal/password
chown -R "$TEMPORAL" /inner/temporal
password > /inner/absage/password
echo "postgres://absage:$(cat /inner/absage/password)@postgres/absage?sslrootcert=/inner/ca/ca.pem" > /inner/absage/database-url
chown -R "$ABSAGE" /inner/absage
password > /inner/owner/password
echo "postgres://absage_owner:$(cat /inner/owner/password)@postgres/absage?sslrootcert=/inner/ca/ca.pem" > /inner/owner/database-url
chown -R "$ABSAGE" /inner/owner
