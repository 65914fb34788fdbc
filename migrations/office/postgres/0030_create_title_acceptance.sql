-- What an acceptance rests on: the standard by which it was looked at, the version of each value that this standard reads for the county
-- and year (a list of year, indicator and version), and the SHA-256 of the values. Rows are added, never changed. An acceptance from
-- before this table has no row: it rests on the versions that stood when it was taken.

CREATE TABLE title_acceptance (
    step UUID NOT NULL PRIMARY KEY REFERENCES title_step (id),
    standard BYTEA NOT NULL REFERENCES standard (digest),
    digest BYTEA NOT NULL,
    versions TEXT NOT NULL
);
