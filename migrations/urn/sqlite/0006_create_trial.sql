-- What became of a commitment that was made before the answers were sent: it was opened for whoever tried the service (1 to 5 of a
-- token), or a record was kept with it (0). Never both: the first of the two has the row. Rows go with the key of their day.
CREATE TABLE trial (
    wave BLOB NOT NULL,
    county TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    nonce_hash BLOB NOT NULL,
    number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 5),
    epoch INTEGER NOT NULL,
    PRIMARY KEY (wave, county, token_hash, nonce_hash),
    UNIQUE (wave, county, token_hash, number)
) STRICT, WITHOUT ROWID;
