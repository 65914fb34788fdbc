-- Corrections of published results: proposed by one person with a public note, confirmed or rejected by another. Rows are added,
-- never changed.

CREATE TABLE correction (
    id BLOB NOT NULL PRIMARY KEY,
    wave BLOB NOT NULL REFERENCES wave (id),
    number INTEGER NOT NULL CHECK (number > 0),
    scope TEXT NOT NULL CHECK (scope IN ('evaluation', 'result')),
    note TEXT NOT NULL,
    changes TEXT NOT NULL,
    outcome BLOB NOT NULL,
    old_estimate BLOB NOT NULL REFERENCES estimate (id),
    old_evaluation BLOB REFERENCES evaluation (id),
    proposed_by BLOB NOT NULL REFERENCES account (id),
    proposed_at INTEGER NOT NULL,
    UNIQUE (wave, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE correction_ruling (
    correction BLOB NOT NULL PRIMARY KEY REFERENCES correction (id),
    confirmed INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    reason TEXT NOT NULL,
    ruled_by BLOB NOT NULL REFERENCES account (id),
    ruled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
