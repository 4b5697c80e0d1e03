#!/bin/sh
# The namespace of Absage with its search attributes, as far as they are missing.
set -eu
temporal operator namespace describe --namespace absage > /dev/null 2>&1 ||
  temporal operator namespace create --namespace absage --retention 90d
# Each role of the server renews what it knows of namespaces after a moment.
until temporal operator search-attribute list --namespace absage > /tmp/known 2> /dev/null; do sleep 1; done
add() {
  grep -qw "$1" /tmp/known || temporal operator search-attribute create --namespace absage --name "$1" --type "$2"
}
for name in House EventNumber CancellationStep Series; do add "$name" Keyword; done
add NeedsAttention Bool
add PerformanceAt Datetime
