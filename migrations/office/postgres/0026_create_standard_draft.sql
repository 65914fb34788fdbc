-- Standards that people work on: a draft stays editable until it is proposed; two people put it in force.

CREATE TABLE standard_draft (
    id UUID NOT NULL PRIMARY KEY,
    parent BYTEA NOT NULL REFERENCES standard (digest),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    revision BIGINT NOT NULL CHECK (revision > 0),
    made_by UUID NOT NULL REFERENCES account (id),
    made_at BIGINT NOT NULL,
    changed_by UUID NOT NULL REFERENCES account (id),
    changed_at BIGINT NOT NULL,
    proposed_by UUID REFERENCES account (id),
    proposed_at BIGINT,
    frozen BYTEA REFERENCES standard (digest),
    frozen_by UUID REFERENCES account (id),
    frozen_at BIGINT
);
