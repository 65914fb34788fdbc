-- Files that people have sent and not yet taken over; each person has one of a kind.

CREATE TABLE upload (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('areas', 'frame', 'margins')),
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    file_name TEXT NOT NULL,
    content BLOB NOT NULL,
    uploaded_by BLOB NOT NULL REFERENCES account (id),
    uploaded_at INTEGER NOT NULL,
    UNIQUE (uploaded_by, kind)
) STRICT, WITHOUT ROWID;
