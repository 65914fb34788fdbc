-- Seeded answers: while a wave runs, auditors deposit the SHA-256 of lists of their own answers; after the close they name the lists.
-- Rows are added, never changed.

CREATE TABLE seed_deposit (
    wave UUID NOT NULL REFERENCES wave (id),
    digest BYTEA NOT NULL,
    counties TEXT NOT NULL,
    log_size BIGINT NOT NULL CHECK (log_size >= 0),
    deposited_by UUID NOT NULL REFERENCES account (id),
    deposited_at BIGINT NOT NULL,
    PRIMARY KEY (wave, digest)
);

CREATE TABLE seed_list (
    wave UUID NOT NULL,
    digest BYTEA NOT NULL,
    list TEXT NOT NULL,
    named_by UUID NOT NULL REFERENCES account (id),
    named_at BIGINT NOT NULL,
    PRIMARY KEY (wave, digest),
    FOREIGN KEY (wave, digest) REFERENCES seed_deposit (wave, digest)
);
