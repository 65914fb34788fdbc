-- The urn: sealed records, responses, the log. Nothing here names a code, an invitation or a person.
-- No column holds a time finer than a day, a sequence, an address or an agent; every key is random
-- and the batch writes its rows in random order, so that no order of arrival is left behind.

-- Whether the urn still takes records, per county, read and locked by every cast.
CREATE TABLE gate (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (wave, county)
);

-- Sealed records of one fixed length, waiting for a batch.
CREATE TABLE pool (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    pool_key BYTEA NOT NULL,
    variance_unit TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    record BYTEA NOT NULL,
    PRIMARY KEY (wave, county, pool_key)
);

-- Tokens that were cast. Digest, receipt and epoch serve a resend and are cut loose later.
CREATE TABLE spent (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    digest BYTEA,
    receipt BYTEA,
    epoch BIGINT,
    PRIMARY KEY (wave, county, token_hash)
);

CREATE TABLE response (
    wave UUID NOT NULL,
    county TEXT NOT NULL,
    id BYTEA NOT NULL,
    stratum TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    answers BYTEA NOT NULL,
    mode TEXT,
    language TEXT,
    direction TEXT,
    fast BOOLEAN,
    burst BOOLEAN,
    commitment BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    PRIMARY KEY (wave, county, id)
);

-- The log of commitments: place in the log, in the random order of its batch.
CREATE TABLE leaf (
    wave UUID NOT NULL,
    place BIGINT NOT NULL,
    commitment BYTEA NOT NULL,
    county TEXT NOT NULL,
    batch BIGINT NOT NULL,
    PRIMARY KEY (wave, place),
    UNIQUE (wave, commitment)
);

-- Who may move records of a wave now. The expiry says nothing about any record.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder UUID NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Days of a wave and what became of the key that sealed their records.
CREATE TABLE epoch (
    wave UUID NOT NULL,
    epoch BIGINT NOT NULL,
    key_check BYTEA NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (wave, epoch)
);
