-- Seeded answers: while a wave runs, auditors deposit the SHA-256 of lists of their own answers; after the close they name the lists.
-- Rows are added, never changed.

CREATE TABLE seed_deposit (
    wave BLOB NOT NULL REFERENCES wave (id),
    digest BLOB NOT NULL,
    counties TEXT NOT NULL,
    log_size INTEGER NOT NULL CHECK (log_size >= 0),
    deposited_by BLOB NOT NULL REFERENCES account (id),
    deposited_at INTEGER NOT NULL,
    PRIMARY KEY (wave, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE seed_list (
    wave BLOB NOT NULL,
    digest BLOB NOT NULL,
    list TEXT NOT NULL,
    named_by BLOB NOT NULL REFERENCES account (id),
    named_at INTEGER NOT NULL,
    PRIMARY KEY (wave, digest),
    FOREIGN KEY (wave, digest) REFERENCES seed_deposit (wave, digest)
) STRICT, WITHOUT ROWID;
