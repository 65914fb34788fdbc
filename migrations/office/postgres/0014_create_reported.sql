-- Results of earlier surveys as others reported them: shown beside our own figures, never used for them.

CREATE TABLE reported_set (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    digest BYTEA NOT NULL,
    synthetic BOOLEAN NOT NULL,
    imported_at BIGINT NOT NULL,
    imported_by UUID REFERENCES account (id)
);

CREATE TABLE reported_result (
    reported_set UUID NOT NULL REFERENCES reported_set (id),
    county TEXT NOT NULL REFERENCES area (code),
    measure TEXT NOT NULL CHECK (measure IN ('approval', 'safety')),
    wave TEXT NOT NULL,
    ended TEXT NOT NULL,
    estimate DOUBLE PRECISION NOT NULL CHECK (estimate >= 0 AND estimate <= 1),
    error DOUBLE PRECISION,
    answers BIGINT,
    effective DOUBLE PRECISION,
    df DOUBLE PRECISION,
    wording TEXT NOT NULL,
    counted TEXT NOT NULL,
    undecided TEXT NOT NULL,
    PRIMARY KEY (reported_set, county, measure, wave)
);

ALTER TABLE upload DROP CONSTRAINT upload_kind_check;

ALTER TABLE upload ADD CONSTRAINT upload_kind_check CHECK (kind IN ('areas', 'frame', 'margins', 'results'));
