-- Questionnaires that people work on: each version stays editable until a seal is asked for with it.

CREATE TABLE questionnaire_version (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    parent BLOB REFERENCES questionnaire_version (id),
    document TEXT NOT NULL,
    revision INTEGER NOT NULL,
    made_by BLOB NOT NULL REFERENCES account (id),
    made_at INTEGER NOT NULL,
    changed_by BLOB NOT NULL REFERENCES account (id),
    changed_at INTEGER NOT NULL,
    fixed_at INTEGER,
    UNIQUE (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE wave_questionnaire (
    wave BLOB NOT NULL PRIMARY KEY REFERENCES wave (id),
    version BLOB NOT NULL REFERENCES questionnaire_version (id)
) STRICT, WITHOUT ROWID;
