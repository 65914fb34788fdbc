-- Codes of cards that replaced a card whose code had been used already. Such a card looks like any other; its code
-- brings no second answer. The one that it stands for stays in use.

CREATE TABLE empty_code (
    wave UUID NOT NULL,
    code_hash BYTEA NOT NULL,
    stands_for BYTEA NOT NULL,
    PRIMARY KEY (wave, code_hash),
    FOREIGN KEY (wave, stands_for) REFERENCES invitation (wave, code_hash)
);
