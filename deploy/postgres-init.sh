#!/bin/sh
# Run once by the image of PostgreSQL in the primary: the second database, the way in for the standby, and
# that the standby is waited for. That last one holds from the next start on, or this one would wait already.
set -e
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres <<SQL
CREATE DATABASE minyi_urn;
ALTER SYSTEM SET synchronous_standby_names = 'standby';
SQL
echo "host replication $POSTGRES_USER all scram-sha-256" >> "$PGDATA/pg_hba.conf"
