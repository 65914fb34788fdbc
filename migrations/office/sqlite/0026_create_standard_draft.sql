-- Standards that people work on: a draft stays editable until it is proposed; two people put it in force.

CREATE TABLE standard_draft (
    id BLOB NOT NULL PRIMARY KEY,
    parent BLOB NOT NULL REFERENCES standard (digest),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision > 0),
    made_by BLOB NOT NULL REFERENCES account (id),
    made_at INTEGER NOT NULL,
    changed_by BLOB NOT NULL REFERENCES account (id),
    changed_at INTEGER NOT NULL,
    proposed_by BLOB REFERENCES account (id),
    proposed_at INTEGER,
    frozen BLOB REFERENCES standard (digest),
    frozen_by BLOB REFERENCES account (id),
    frozen_at INTEGER
) STRICT, WITHOUT ROWID;
