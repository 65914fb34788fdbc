-- Used codes at the beginning of each day of fieldwork, rounded down; stratum '' is the county as a whole.

CREATE TABLE fieldwork_day (
    wave BLOB NOT NULL REFERENCES wave (id),
    day TEXT NOT NULL,
    county TEXT NOT NULL,
    stratum TEXT NOT NULL,
    issued INTEGER NOT NULL CHECK (issued >= 0),
    used INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (wave, day, county, stratum)
) STRICT, WITHOUT ROWID;
