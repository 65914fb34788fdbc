-- Return envelopes of paper forms that nobody has opened, by variance unit. Their codes are spent already; an envelope holds a
-- sheet without a code.
CREATE TABLE envelope (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    stratum TEXT NOT NULL,
    waiting BIGINT NOT NULL CHECK (waiting >= 0),
    PRIMARY KEY (wave, county, variance_unit)
);

-- Envelopes of one variance unit that were opened together, under a random name.
CREATE TABLE lot (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    lot TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    stratum TEXT NOT NULL,
    sheets BIGINT NOT NULL CHECK (sheets > 0),
    entered BIGINT NOT NULL CHECK (entered BETWEEN 0 AND sheets),
    state TEXT NOT NULL CHECK (state IN ('open', 'kept')),
    PRIMARY KEY (wave, county, lot)
);

-- What one person read from a sheet, sealed, until the lot is kept. The number was written on the shuffled sheet; the typist is
-- a keyed mark of somebody of the survey team, so that nobody reads a sheet twice.
CREATE TABLE sheet (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    lot TEXT NOT NULL,
    sheet BIGINT NOT NULL CHECK (sheet > 0),
    reading BIGINT NOT NULL CHECK (reading BETWEEN 1 AND 3),
    typist BYTEA NOT NULL,
    record BYTEA NOT NULL,
    PRIMARY KEY (wave, county, lot, sheet, reading),
    UNIQUE (wave, county, lot, sheet, typist)
);
