-- What other parties cosigned of the log of answers: of each log and witness the latest. It is with the urn because the urn's program
-- asks for it; rows of an earlier version stay with the office, and are read there.
CREATE TABLE cosignature (
    wave UUID NOT NULL,
    log TEXT NOT NULL,
    witness TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    signed_at BIGINT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (wave, log, witness)
);

-- Waves whose keys ended at the date that was stated before fieldwork.
CREATE TABLE ended (
    wave UUID NOT NULL PRIMARY KEY,
    stated BIGINT NOT NULL
);
