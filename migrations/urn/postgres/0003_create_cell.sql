-- Quota cells of open waves, with the number of their answers. Sampled residents are never counted here.
CREATE TABLE cell (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    cell TEXT NOT NULL,
    target BIGINT NOT NULL CHECK (target >= 0),
    rule TEXT NOT NULL CHECK (rule IN ('monitor', 'close')),
    counted BIGINT NOT NULL CHECK (counted >= 0),
    uncounted BIGINT NOT NULL CHECK (uncounted >= 0),
    PRIMARY KEY (wave, county, cell)
);

-- Places that are kept while somebody answers, to ten minutes; gone with the answer, or with the time. The one
-- time of the urn that is finer than a day; it leads to the spent token and to no record.
CREATE TABLE reservation (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    cell TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (wave, county, token_hash)
);

CREATE INDEX reservation_cell ON reservation (wave, county, cell, expires_at);
