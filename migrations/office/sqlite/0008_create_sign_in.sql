-- Ways in: a password that is due to be changed, the link for the first administrator, passkeys, ceremonies that were used up,
-- accounts that are tied to a subject of a provider.

ALTER TABLE account ADD COLUMN password_due INTEGER;

CREATE TABLE welcome (
    place INTEGER NOT NULL PRIMARY KEY CHECK (place = 1),
    token_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
    credential BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX passkey_account ON passkey (account);

CREATE TABLE ceremony (
    id BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tie (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account BLOB NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
