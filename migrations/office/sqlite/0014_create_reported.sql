-- Results of earlier surveys as others reported them: shown beside our own figures, never used for them.

CREATE TABLE reported_set (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    digest BLOB NOT NULL,
    synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    imported_at INTEGER NOT NULL,
    imported_by BLOB REFERENCES account (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reported_result (
    reported_set BLOB NOT NULL REFERENCES reported_set (id),
    county TEXT NOT NULL REFERENCES area (code),
    measure TEXT NOT NULL CHECK (measure IN ('approval', 'safety')),
    wave TEXT NOT NULL,
    ended TEXT NOT NULL,
    estimate REAL NOT NULL CHECK (estimate >= 0 AND estimate <= 1),
    error REAL,
    answers INTEGER,
    effective REAL,
    df REAL,
    wording TEXT NOT NULL,
    counted TEXT NOT NULL,
    undecided TEXT NOT NULL,
    PRIMARY KEY (reported_set, county, measure, wave)
) STRICT, WITHOUT ROWID;

-- A file that waits may be of this kind too; SQLite changes a check only with the table.
CREATE TABLE upload_new (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('areas', 'frame', 'margins', 'results')),
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    file_name TEXT NOT NULL,
    content BLOB NOT NULL,
    uploaded_by BLOB NOT NULL REFERENCES account (id),
    uploaded_at INTEGER NOT NULL,
    UNIQUE (uploaded_by, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO upload_new SELECT * FROM upload;

DROP TABLE upload;

ALTER TABLE upload_new RENAME TO upload;
