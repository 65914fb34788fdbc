-- Titles of open counties: proposed by one person with a reason for each open criterion, confirmed or rejected by another. Rows
-- are added, never changed.

CREATE TABLE decision (
    id UUID NOT NULL PRIMARY KEY,
    evaluation UUID NOT NULL REFERENCES evaluation (id),
    county TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    reasons TEXT NOT NULL,
    proposed_by UUID NOT NULL REFERENCES account (id),
    proposed_at BIGINT NOT NULL,
    UNIQUE (evaluation, county, number)
);

CREATE TABLE decision_ruling (
    decision UUID NOT NULL PRIMARY KEY REFERENCES decision (id),
    confirmed BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    ruled_by UUID NOT NULL REFERENCES account (id),
    ruled_at BIGINT NOT NULL
);
