#!/bin/sh
# Run once by the image of PostgreSQL in the primary: the second database, and the way in for the standby.
set -e
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -c "CREATE DATABASE minyi_urn"
echo "host replication $POSTGRES_USER all scram-sha-256" >> "$PGDATA/pg_hba.conf"
