-- Quota cells of a wave, open waves, and what they come to.

-- 'probability': a drawn sample answers by code. 'open': whoever follows the link.
ALTER TABLE wave ADD COLUMN kind TEXT NOT NULL DEFAULT 'probability' CHECK (kind IN ('probability', 'open'));

-- A cell is an age band and a sex, where a wave tells them apart with the residence, of a county.
CREATE TABLE quota (
    wave BLOB NOT NULL REFERENCES wave (id),
    county TEXT NOT NULL REFERENCES area (code),
    cell TEXT NOT NULL,
    target INTEGER NOT NULL CHECK (target >= 0),
    rule TEXT NOT NULL CHECK (rule IN ('monitor', 'close')),
    PRIMARY KEY (wave, county, cell)
) STRICT, WITHOUT ROWID;

-- What one person asked for; another one confirms it.
CREATE TABLE quota_change (
    wave BLOB NOT NULL PRIMARY KEY REFERENCES wave (id),
    document TEXT NOT NULL,
    requested_by BLOB NOT NULL REFERENCES account (id),
    requested_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What staff see of the cells of a running wave: rounded, and of one day.
CREATE TABLE quota_count (
    wave BLOB NOT NULL REFERENCES wave (id),
    county TEXT NOT NULL,
    cell TEXT NOT NULL,
    day TEXT NOT NULL,
    counted INTEGER NOT NULL CHECK (counted >= 0),
    uncounted INTEGER NOT NULL CHECK (uncounted >= 0),
    PRIMARY KEY (wave, county, cell)
) STRICT, WITHOUT ROWID;

-- The result of an open wave: apart from estimates, so that no evaluation can take one for the other.
CREATE TABLE open_result (
    wave BLOB NOT NULL PRIMARY KEY REFERENCES wave (id),
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB REFERENCES account (id)
) STRICT, WITHOUT ROWID;
