-- Corrections of published results: proposed by one person with a public note, confirmed or rejected by another. Rows are added,
-- never changed.

CREATE TABLE correction (
    id UUID NOT NULL PRIMARY KEY,
    wave UUID NOT NULL REFERENCES wave (id),
    number BIGINT NOT NULL CHECK (number > 0),
    scope TEXT NOT NULL CHECK (scope IN ('evaluation', 'result')),
    note TEXT NOT NULL,
    changes TEXT NOT NULL,
    outcome BYTEA NOT NULL,
    old_estimate UUID NOT NULL REFERENCES estimate (id),
    old_evaluation UUID REFERENCES evaluation (id),
    proposed_by UUID NOT NULL REFERENCES account (id),
    proposed_at BIGINT NOT NULL,
    UNIQUE (wave, number)
);

CREATE TABLE correction_ruling (
    correction UUID NOT NULL PRIMARY KEY REFERENCES correction (id),
    confirmed BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    ruled_by UUID NOT NULL REFERENCES account (id),
    ruled_at BIGINT NOT NULL
);
