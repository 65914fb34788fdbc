-- What other parties cosigned of a wave's logs: of each log and witness the latest.
CREATE TABLE cosignature (
    wave UUID NOT NULL REFERENCES wave (id),
    log TEXT NOT NULL,
    witness TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    signed_at BIGINT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (wave, log, witness)
);
