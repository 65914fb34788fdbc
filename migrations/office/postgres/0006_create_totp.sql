-- Second factors: the secret is sealed under a key that is not in any database; a step is taken once.

CREATE TABLE totp (
    account UUID NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
