-- Tokens with which programs of the staff read fieldwork or report values: the hash of each, whose it is, what it may, until when.
CREATE TABLE access_token (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_token_account ON access_token (account);
