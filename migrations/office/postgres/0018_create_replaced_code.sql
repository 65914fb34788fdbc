-- Codes of cards that were made anew. They open nothing any more, whether they had been used or not.
CREATE TABLE replaced_code (
    wave UUID NOT NULL REFERENCES wave (id),
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (wave, code_hash)
);
