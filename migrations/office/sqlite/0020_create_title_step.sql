-- What became of a county in a year of the cycle: steps toward the title. Rows are added, never changed.

CREATE TABLE title_step (
    id BLOB NOT NULL PRIMARY KEY,
    county TEXT NOT NULL REFERENCES area (code),
    year INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    step TEXT NOT NULL CHECK (step IN ('self_check', 'apply', 'admit', 'accept', 'refuse', 'recommend')),
    reason TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    in_time INTEGER NOT NULL CHECK (in_time IN (0, 1)),
    taken_by BLOB NOT NULL REFERENCES account (id),
    taken_at INTEGER NOT NULL,
    UNIQUE (county, year, number)
) STRICT, WITHOUT ROWID;
