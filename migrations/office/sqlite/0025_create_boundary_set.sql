-- Where counties lie on a map, as an organizer brought it: outlines in longitude and latitude, simplified, or places in a grid. The
-- latest row counts; rows are added, never changed.

CREATE TABLE boundary_set (
    id BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    digest BLOB NOT NULL CHECK (LENGTH(digest) = 32),
    document TEXT NOT NULL,
    brought_by BLOB NOT NULL REFERENCES account (id),
    brought_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
