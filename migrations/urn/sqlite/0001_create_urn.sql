-- The urn: sealed records, responses, the log. Nothing here names a code, an invitation or a person.
-- No column holds a time finer than a day, a sequence, an address or an agent; every key is random
-- and no table has a row id, so that no order of arrival is left behind.

-- Whether the urn still takes records, per county, read and locked by every cast.
CREATE TABLE gate (
    wave BLOB NOT NULL,
    county TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (wave, county)
) STRICT, WITHOUT ROWID;

-- Sealed records of one fixed length, waiting for a batch.
CREATE TABLE pool (
    wave BLOB NOT NULL,
    county TEXT NOT NULL,
    pool_key BLOB NOT NULL,
    variance_unit TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (wave, county, pool_key)
) STRICT, WITHOUT ROWID;

-- Tokens that were cast. Digest, receipt and epoch serve a resend and are cut loose later.
CREATE TABLE spent (
    wave BLOB NOT NULL,
    county TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    digest BLOB,
    receipt BLOB,
    epoch INTEGER,
    PRIMARY KEY (wave, county, token_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE response (
    wave BLOB NOT NULL,
    county TEXT NOT NULL,
    id BLOB NOT NULL,
    stratum TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    answers BLOB NOT NULL,
    mode TEXT,
    language TEXT,
    direction TEXT,
    fast INTEGER CHECK (fast IN (0, 1)),
    burst INTEGER CHECK (burst IN (0, 1)),
    commitment BLOB NOT NULL,
    salt BLOB NOT NULL,
    PRIMARY KEY (wave, county, id)
) STRICT, WITHOUT ROWID;

-- The log of commitments: place in the log, in the random order of its batch.
CREATE TABLE leaf (
    wave BLOB NOT NULL,
    place INTEGER NOT NULL,
    commitment BLOB NOT NULL,
    county TEXT NOT NULL,
    batch INTEGER NOT NULL,
    PRIMARY KEY (wave, place),
    UNIQUE (wave, commitment)
) STRICT, WITHOUT ROWID;

-- Who may move records of a wave now. The expiry says nothing about any record.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Days of a wave and what became of the key that sealed their records.
CREATE TABLE epoch (
    wave BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    key_check BLOB NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (wave, epoch)
) STRICT, WITHOUT ROWID;
