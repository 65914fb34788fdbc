-- Second factors: the secret is sealed under a key that is not in any database; a step is taken once.

CREATE TABLE totp (
    account BLOB NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    secret BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
