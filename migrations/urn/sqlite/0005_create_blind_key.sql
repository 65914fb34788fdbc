-- Public keys of blind tokens, one for each variance unit: what a token may be cast with, and where its record belongs.
CREATE TABLE blind_key (
    wave BLOB NOT NULL,
    county TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    stratum TEXT NOT NULL,
    modulus BLOB NOT NULL,
    PRIMARY KEY (wave, county, variance_unit)
) STRICT, WITHOUT ROWID;

-- The unit whose key signed a blind token, so that tokens can be counted beside the codes that were used for them; nothing for a
-- token that the server made of a code.
ALTER TABLE spent ADD COLUMN variance_unit TEXT;
