-- Where counties lie on a map, as an organizer brought it: outlines in longitude and latitude, simplified, or places in a grid. The
-- latest row counts; rows are added, never changed.

CREATE TABLE boundary_set (
    id UUID NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    synthetic BOOLEAN NOT NULL,
    digest BYTEA NOT NULL CHECK (LENGTH(digest) = 32),
    document TEXT NOT NULL,
    brought_by UUID NOT NULL REFERENCES account (id),
    brought_at BIGINT NOT NULL
);
