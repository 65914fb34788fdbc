-- What other parties cosigned of a wave's logs: of each log and witness the latest.
CREATE TABLE cosignature (
    wave BLOB NOT NULL REFERENCES wave (id),
    log TEXT NOT NULL,
    witness TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    signed_at INTEGER NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (wave, log, witness)
) STRICT;
