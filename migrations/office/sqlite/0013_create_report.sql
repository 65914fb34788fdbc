-- County reporters; every version of a reported value with what a second person said of it; evidence.

CREATE TABLE reporter (
    account BLOB NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    county TEXT NOT NULL REFERENCES area (code)
) STRICT, WITHOUT ROWID;

CREATE TABLE indicator_version (
    id BLOB NOT NULL PRIMARY KEY,
    county TEXT NOT NULL REFERENCES area (code),
    year INTEGER NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    document TEXT NOT NULL,
    entered_by BLOB REFERENCES account (id),
    entered_at INTEGER NOT NULL,
    UNIQUE (county, year, name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE indicator_ruling (
    version BLOB NOT NULL PRIMARY KEY REFERENCES indicator_version (id),
    verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
    reason TEXT NOT NULL,
    ruled_by BLOB NOT NULL REFERENCES account (id),
    ruled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    county TEXT NOT NULL REFERENCES area (code),
    year INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pdf', 'png', 'jpeg', 'xlsx', 'csv')),
    file_name TEXT NOT NULL,
    content BLOB NOT NULL,
    added_by BLOB NOT NULL REFERENCES account (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (county, year, name, digest)
) STRICT;

-- What there is already is the first version of each value.
INSERT INTO indicator_version (id, county, year, name, version, document, entered_by, entered_at)
SELECT id, county, year, name, 1, document, entered_by, entered_at
FROM indicator;
