-- What became of a county in a year of the cycle: steps toward the title. Rows are added, never changed.

CREATE TABLE title_step (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL REFERENCES area (code),
    year BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    step TEXT NOT NULL CHECK (step IN ('self_check', 'apply', 'admit', 'accept', 'refuse', 'recommend')),
    reason TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    in_time BOOLEAN NOT NULL,
    taken_by UUID NOT NULL REFERENCES account (id),
    taken_at BIGINT NOT NULL,
    UNIQUE (county, year, number)
);
