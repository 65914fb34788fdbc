-- Used codes at the beginning of each day of fieldwork, rounded down; stratum '' is the county as a whole.

CREATE TABLE fieldwork_day (
    wave UUID NOT NULL REFERENCES wave (id),
    day TEXT NOT NULL,
    county TEXT NOT NULL,
    stratum TEXT NOT NULL,
    issued BIGINT NOT NULL CHECK (issued >= 0),
    used BIGINT NOT NULL CHECK (used >= 0),
    PRIMARY KEY (wave, day, county, stratum)
);
