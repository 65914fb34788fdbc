-- Quota cells of open waves, with the number of their answers. Sampled residents are never counted here.
CREATE TABLE cell (
    wave BLOB NOT NULL,
    county TEXT NOT NULL,
    cell TEXT NOT NULL,
    target INTEGER NOT NULL CHECK (target >= 0),
    rule TEXT NOT NULL CHECK (rule IN ('monitor', 'close')),
    counted INTEGER NOT NULL CHECK (counted >= 0),
    uncounted INTEGER NOT NULL CHECK (uncounted >= 0),
    PRIMARY KEY (wave, county, cell)
) STRICT, WITHOUT ROWID;

-- Places that are kept while somebody answers, to ten minutes; gone with the answer, or with the time. The one
-- time of the urn that is finer than a day; it leads to the spent token and to no record.
CREATE TABLE reservation (
    wave BLOB NOT NULL,
    county TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    cell TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (wave, county, token_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX reservation_cell ON reservation (wave, county, cell, expires_at);
