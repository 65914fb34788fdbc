-- Titles of open counties: proposed by one person with a reason for each open criterion, confirmed or rejected by another. Rows
-- are added, never changed.

CREATE TABLE decision (
    id BLOB NOT NULL PRIMARY KEY,
    evaluation BLOB NOT NULL REFERENCES evaluation (id),
    county TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    reasons TEXT NOT NULL,
    proposed_by BLOB NOT NULL REFERENCES account (id),
    proposed_at INTEGER NOT NULL,
    UNIQUE (evaluation, county, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision_ruling (
    decision BLOB NOT NULL PRIMARY KEY REFERENCES decision (id),
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    reason TEXT NOT NULL,
    ruled_by BLOB NOT NULL REFERENCES account (id),
    ruled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
