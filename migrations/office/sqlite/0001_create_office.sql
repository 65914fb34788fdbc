-- The office: people of the staff, areas, frames, waves, invitations, results.
-- Nothing here names a response. Instants are microseconds UTC in BIGINT columns; documents whose
-- digest matters are TEXT, so that their bytes stay as they were.

CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE area (
    code TEXT NOT NULL PRIMARY KEY,
    parent TEXT REFERENCES area (code),
    level TEXT NOT NULL CHECK (level IN ('city', 'county', 'township', 'community')),
    names TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX area_parent ON area (parent);

CREATE TABLE frame (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    digest BLOB NOT NULL,
    synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    imported_at INTEGER NOT NULL,
    imported_by BLOB REFERENCES account (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE frame_unit (
    frame BLOB NOT NULL REFERENCES frame (id),
    code TEXT NOT NULL,
    county TEXT NOT NULL REFERENCES area (code),
    name TEXT NOT NULL,
    residence TEXT NOT NULL CHECK (residence IN ('urban', 'rural')),
    size INTEGER NOT NULL CHECK (size >= 0),
    addresses INTEGER NOT NULL CHECK (addresses >= 0),
    PRIMARY KEY (frame, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE margin_set (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    digest BLOB NOT NULL,
    synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    imported_at INTEGER NOT NULL,
    imported_by BLOB REFERENCES account (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE margin (
    margin_set BLOB NOT NULL REFERENCES margin_set (id),
    county TEXT NOT NULL REFERENCES area (code),
    variable TEXT NOT NULL,
    cell TEXT NOT NULL,
    population INTEGER NOT NULL CHECK (population >= 0),
    PRIMARY KEY (margin_set, county, variable, cell)
) STRICT, WITHOUT ROWID;

CREATE TABLE questionnaire (
    digest BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE wave (
    id BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    titles TEXT NOT NULL,
    questionnaire BLOB NOT NULL REFERENCES questionnaire (digest),
    frame BLOB REFERENCES frame (id),
    margin_set BLOB REFERENCES margin_set (id),
    base_wave BLOB REFERENCES wave (id),
    plan TEXT NOT NULL,
    plan_digest BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'sealed', 'drawn', 'open', 'closing', 'closed', 'published')),
    synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    opens_at INTEGER NOT NULL,
    closes_at INTEGER NOT NULL CHECK (closes_at > opens_at),
    seed BLOB,
    seed_text TEXT,
    created_at INTEGER NOT NULL,
    created_by BLOB REFERENCES account (id),
    seal_requested_by BLOB REFERENCES account (id),
    seal_requested_at INTEGER,
    sealed_by BLOB REFERENCES account (id),
    sealed_at INTEGER,
    opened_at INTEGER,
    close_requested_by BLOB REFERENCES account (id),
    close_requested_at INTEGER,
    close_reason TEXT,
    closed_by BLOB REFERENCES account (id),
    closed_at INTEGER,
    published_at INTEGER
) STRICT, WITHOUT ROWID;

-- Pepper of the code hashes and key of the tokens, wrapped under the wave's key file.
CREATE TABLE wave_key (
    wave BLOB NOT NULL PRIMARY KEY REFERENCES wave (id),
    pepper BLOB NOT NULL,
    token_key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sample_stratum (
    wave BLOB NOT NULL REFERENCES wave (id),
    stratum TEXT NOT NULL,
    county TEXT NOT NULL REFERENCES area (code),
    residence TEXT NOT NULL CHECK (residence IN ('urban', 'rural', 'merged')),
    population INTEGER NOT NULL CHECK (population >= 0),
    addresses INTEGER NOT NULL CHECK (addresses >= 0),
    fraction REAL NOT NULL,
    invitations INTEGER NOT NULL CHECK (invitations >= 0),
    PRIMARY KEY (wave, stratum)
) STRICT, WITHOUT ROWID;

-- One row per selected unit; a unit selected with certainty has one row per part (part 0, 1, ..).
CREATE TABLE sample_psu (
    wave BLOB NOT NULL,
    unit TEXT NOT NULL,
    part INTEGER NOT NULL,
    county TEXT NOT NULL REFERENCES area (code),
    stratum TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    selection INTEGER NOT NULL,
    size INTEGER NOT NULL,
    addresses INTEGER NOT NULL,
    inclusion_probability REAL NOT NULL CHECK (inclusion_probability > 0 AND inclusion_probability <= 1),
    certainty INTEGER NOT NULL CHECK (certainty IN (0, 1)),
    base_weight REAL NOT NULL,
    invitations INTEGER NOT NULL CHECK (invitations >= 0),
    PRIMARY KEY (wave, unit, part),
    FOREIGN KEY (wave, stratum) REFERENCES sample_stratum (wave, stratum)
) STRICT, WITHOUT ROWID;

-- No time and no order: the key is a keyed hash, and a use leaves nothing but the status.
CREATE TABLE invitation (
    wave BLOB NOT NULL REFERENCES wave (id),
    code_hash BLOB NOT NULL,
    county TEXT NOT NULL,
    stratum TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    status TEXT NOT NULL,
    disposition TEXT,
    PRIMARY KEY (wave, code_hash)
) STRICT, WITHOUT ROWID;

-- AAPOR dispositions of invitations that brought no answer, as counts.
CREATE TABLE outcome (
    wave BLOB NOT NULL REFERENCES wave (id),
    county TEXT NOT NULL,
    stratum TEXT NOT NULL,
    variance_unit TEXT NOT NULL,
    disposition TEXT NOT NULL,
    cases INTEGER NOT NULL CHECK (cases >= 0),
    recorded_at INTEGER NOT NULL,
    recorded_by BLOB REFERENCES account (id),
    PRIMARY KEY (wave, county, stratum, variance_unit, disposition)
) STRICT, WITHOUT ROWID;

CREATE TABLE estimate (
    id BLOB NOT NULL PRIMARY KEY,
    wave BLOB NOT NULL REFERENCES wave (id),
    document TEXT NOT NULL,
    plan_digest BLOB NOT NULL,
    input_digest BLOB NOT NULL,
    software_version TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB REFERENCES account (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX estimate_wave ON estimate (wave, created_at);

CREATE TABLE indicator (
    id BLOB NOT NULL PRIMARY KEY,
    county TEXT NOT NULL REFERENCES area (code),
    year INTEGER NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    synthetic INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    reported_by TEXT NOT NULL,
    entered_by BLOB REFERENCES account (id),
    entered_at INTEGER NOT NULL,
    verified_by BLOB REFERENCES account (id),
    verified_at INTEGER,
    UNIQUE (county, year, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE standard (
    digest BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluation (
    id BLOB NOT NULL PRIMARY KEY,
    standard BLOB NOT NULL REFERENCES standard (digest),
    year INTEGER NOT NULL,
    estimate BLOB REFERENCES estimate (id),
    document TEXT NOT NULL,
    input_digest BLOB NOT NULL,
    software_version TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB REFERENCES account (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX evaluation_year ON evaluation (year, created_at);

CREATE TABLE audit (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    account BLOB REFERENCES account (id),
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append only');
END;

CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append only');
END;
