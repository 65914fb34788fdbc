-- County reporters; every version of a reported value with what a second person said of it; evidence.

CREATE TABLE reporter (
    account UUID NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    county TEXT NOT NULL REFERENCES area (code)
);

CREATE TABLE indicator_version (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL REFERENCES area (code),
    year BIGINT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    document TEXT NOT NULL,
    entered_by UUID REFERENCES account (id),
    entered_at BIGINT NOT NULL,
    UNIQUE (county, year, name, version)
);

CREATE TABLE indicator_ruling (
    version UUID NOT NULL PRIMARY KEY REFERENCES indicator_version (id),
    verified BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    ruled_by UUID NOT NULL REFERENCES account (id),
    ruled_at BIGINT NOT NULL
);

CREATE TABLE evidence (
    county TEXT NOT NULL REFERENCES area (code),
    year BIGINT NOT NULL,
    name TEXT NOT NULL,
    digest BYTEA NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pdf', 'png', 'jpeg', 'xlsx', 'csv')),
    file_name TEXT NOT NULL,
    content BYTEA NOT NULL,
    added_by UUID NOT NULL REFERENCES account (id),
    added_at BIGINT NOT NULL,
    PRIMARY KEY (county, year, name, digest)
);

-- What there is already is the first version of each value.
INSERT INTO indicator_version (id, county, year, name, version, document, entered_by, entered_at)
SELECT id, county, year, name, 1, document, entered_by, entered_at
FROM indicator;
