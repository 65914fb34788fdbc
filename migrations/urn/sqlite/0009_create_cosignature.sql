-- What other parties cosigned of the log of answers: of each log and witness the latest. It is with the urn because the urn's program
-- asks for it; rows of an earlier version stay with the office, and are read there.
CREATE TABLE cosignature (
    wave BLOB NOT NULL,
    log TEXT NOT NULL,
    witness TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    signed_at INTEGER NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (wave, log, witness)
) STRICT, WITHOUT ROWID;

-- Waves whose keys ended at the date that was stated before fieldwork.
CREATE TABLE ended (
    wave BLOB NOT NULL PRIMARY KEY,
    stated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
