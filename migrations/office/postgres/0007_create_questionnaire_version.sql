-- Questionnaires that people work on: each version stays editable until a seal is asked for with it.

CREATE TABLE questionnaire_version (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    parent UUID REFERENCES questionnaire_version (id),
    document TEXT NOT NULL,
    revision BIGINT NOT NULL,
    made_by UUID NOT NULL REFERENCES account (id),
    made_at BIGINT NOT NULL,
    changed_by UUID NOT NULL REFERENCES account (id),
    changed_at BIGINT NOT NULL,
    fixed_at BIGINT,
    UNIQUE (name, version)
);

CREATE TABLE wave_questionnaire (
    wave UUID NOT NULL PRIMARY KEY REFERENCES wave (id),
    version UUID NOT NULL REFERENCES questionnaire_version (id)
);
