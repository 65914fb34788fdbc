-- The office: people of the staff, areas, frames, waves, invitations, results.
-- Nothing here names a response. Instants are microseconds UTC in BIGINT columns; documents whose
-- digest matters are TEXT, so that their bytes stay as they were.

CREATE TABLE account (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE session (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account UUID NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE area (
    code TEXT NOT NULL PRIMARY KEY,
    parent TEXT REFERENCES area (code),
    level TEXT NOT NULL CHECK (level IN ('city', 'county', 'township', 'community')),
    names TEXT NOT NULL
);

CREATE INDEX area_parent ON area (parent);

CREATE TABLE frame (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    digest BYTEA NOT NULL,
    synthetic BOOLEAN NOT NULL,
    imported_at BIGINT NOT NULL,
    imported_by UUID REFERENCES account (id)
);

CREATE TABLE frame_unit (
    frame UUID NOT NULL REFERENCES frame (id),
    code TEXT NOT NULL,
    county TEXT NOT NULL REFERENCES area (code),
    name TEXT NOT NULL,
    residence TEXT NOT NULL CHECK (residence IN ('urban', 'rural')),
    size BIGINT NOT NULL CHECK (size >= 0),
    addresses BIGINT NOT NULL CHECK (addresses >= 0),
    PRIMARY KEY (frame, code)
);

CREATE TABLE margin_set (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    digest BYTEA NOT NULL,
    synthetic BOOLEAN NOT NULL,
    imported_at BIGINT NOT NULL,
    imported_by UUID REFERENCES account (id)
);

CREATE TABLE margin (
    margin_set UUID NOT NULL REFERENCES margin_set (id),
    county TEXT NOT NULL REFERENCES area (code),
    variable TEXT NOT NULL,
    cell TEXT NOT NULL,
    population BIGINT NOT NULL CHECK (population >= 0),
    PRIMARY KEY (margin_set, county, variable, cell)
);

CREATE TABLE questionnaire (
    digest BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE wave (
    id UUID NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    titles TEXT NOT NULL,
    questionnaire BYTEA NOT NULL REFERENCES questionnaire (digest),
    frame UUID REFERENCES frame (id),
    margin_set UUID REFERENCES margin_set (id),
    base_wave UUID REFERENCES wave (id),
    plan TEXT NOT NULL,
    plan_digest BYTEA NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'sealed', 'drawn', 'open', 'closing', 'closed', 'published')),
    synthetic BOOLEAN NOT NULL,
    opens_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL CHECK (closes_at > opens_at),
    seed BYTEA,
    seed_text TEXT,
    created_at BIGINT NOT NULL,
    created_by UUID REFERENCES account (id),
    seal_requested_by UUID REFERENCES account (id),
    seal_requested_at BIGINT,
    sealed_by UUID REFERENCES account (id),
    sealed_at BIGINT,
    opened_at BIGINT,
    close_requested_by UUID REFERENCES account (id),
    close_requested_at BIGINT,
    close_reason TEXT,
    closed_by UUID REFERENCES account (id),
    closed_at BIGINT,
    published_at BIGINT
);

-- Pepper of the code hashes and key of the tokens, wrapped under the wave's key file.
CREATE TABLE wave_key (
    wave UUID NOT NULL PRIMARY KEY REFERENCES wave (id),
    pepper BYTEA NOT NULL,
    token_key BYTEA NOT NULL
);

CREATE TABLE sample_stratum (
    wave UUID NOT NULL REFERENCES wave (id),
    stratum TEXT NOT NULL,
    county TEXT NOT NULL REFERENCES area (code),
    residence TEXT NOT NULL CHECK (residence IN ('urban', 'rural', 'merged')),
    population BIGINT NOT NULL CHECK (population >= 0),
    addresses BIGINT NOT NULL CHECK (addresses >= 0),
    fraction DOUBLE PRECISION NOT NULL,
    invitations BIGINT NOT NULL CHECK (invitations >= 0),
    PRIMARY KEY (wave, stratum)
);

-- One row per selected unit; a unit selected with certainty has one row per part (part 0, 1, ..).
CREATE TABLE sample_psu (
    wave UUID NOT NULL,
    unit TEXT NOT NULL,
    part BIGINT NOT NULL,
    county TEXT NOT NULL REFERENCES area (code),
    stratum TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    selection BIGINT NOT NULL,
    size BIGINT NOT NULL,
    addresses BIGINT NOT NULL,
    inclusion_probability DOUBLE PRECISION NOT NULL CHECK (inclusion_probability > 0 AND inclusion_probability <= 1),
    certainty BOOLEAN NOT NULL,
    base_weight DOUBLE PRECISION NOT NULL,
    invitations BIGINT NOT NULL CHECK (invitations >= 0),
    PRIMARY KEY (wave, unit, part),
    FOREIGN KEY (wave, stratum) REFERENCES sample_stratum (wave, stratum)
);

-- No time and no order: the key is a keyed hash, and a use leaves nothing but the status.
CREATE TABLE invitation (
    wave UUID NOT NULL REFERENCES wave (id),
    code_hash BYTEA NOT NULL,
    county TEXT NOT NULL,
    stratum TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    status TEXT NOT NULL,
    disposition TEXT,
    PRIMARY KEY (wave, code_hash)
);

-- AAPOR dispositions of invitations that brought no answer, as counts.
CREATE TABLE outcome (
    wave UUID NOT NULL REFERENCES wave (id),
    county TEXT NOT NULL,
    stratum TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    disposition TEXT NOT NULL,
    cases BIGINT NOT NULL CHECK (cases >= 0),
    recorded_at BIGINT NOT NULL,
    recorded_by UUID REFERENCES account (id),
    PRIMARY KEY (wave, county, stratum, variance_unit, disposition)
);

CREATE TABLE estimate (
    id UUID NOT NULL PRIMARY KEY,
    wave UUID NOT NULL REFERENCES wave (id),
    document TEXT NOT NULL,
    plan_digest BYTEA NOT NULL,
    input_digest BYTEA NOT NULL,
    software_version TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID REFERENCES account (id)
);

CREATE INDEX estimate_wave ON estimate (wave, created_at);

CREATE TABLE indicator (
    id UUID NOT NULL PRIMARY KEY,
    county TEXT NOT NULL REFERENCES area (code),
    year BIGINT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    synthetic BOOLEAN NOT NULL,
    reported_by TEXT NOT NULL,
    entered_by UUID REFERENCES account (id),
    entered_at BIGINT NOT NULL,
    verified_by UUID REFERENCES account (id),
    verified_at BIGINT,
    UNIQUE (county, year, name)
);

CREATE TABLE standard (
    digest BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (name, version)
);

CREATE TABLE evaluation (
    id UUID NOT NULL PRIMARY KEY,
    standard BYTEA NOT NULL REFERENCES standard (digest),
    year BIGINT NOT NULL,
    estimate UUID REFERENCES estimate (id),
    document TEXT NOT NULL,
    input_digest BYTEA NOT NULL,
    software_version TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID REFERENCES account (id)
);

CREATE INDEX evaluation_year ON evaluation (year, created_at);

CREATE TABLE audit (
    id UUID NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    account UUID REFERENCES account (id),
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append only';
END
$$;

CREATE TRIGGER audit_keeps_rows BEFORE DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
