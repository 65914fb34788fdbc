-- Ways in: a password that is due to be changed, the link for the first administrator, passkeys, ceremonies that were used up,
-- accounts that are tied to a subject of a provider.

ALTER TABLE account ADD COLUMN password_due BIGINT;

CREATE TABLE welcome (
    place BIGINT NOT NULL PRIMARY KEY CHECK (place = 1),
    token_hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE passkey (
    credential BYTEA NOT NULL PRIMARY KEY,
    account UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE INDEX passkey_account ON passkey (account);

CREATE TABLE ceremony (
    id BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE TABLE tie (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account UUID NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
