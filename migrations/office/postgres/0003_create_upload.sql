-- Files that people have sent and not yet taken over; each person has one of a kind.

CREATE TABLE upload (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('areas', 'frame', 'margins')),
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    synthetic BOOLEAN NOT NULL,
    file_name TEXT NOT NULL,
    content BYTEA NOT NULL,
    uploaded_by UUID NOT NULL REFERENCES account (id),
    uploaded_at BIGINT NOT NULL,
    UNIQUE (uploaded_by, kind)
);
