-- Quota cells of a wave, open waves, and what they come to.

-- 'probability': a drawn sample answers by code. 'open': whoever follows the link.
ALTER TABLE wave ADD COLUMN kind TEXT NOT NULL DEFAULT 'probability' CHECK (kind IN ('probability', 'open'));

-- A cell is an age band and a sex, where a wave tells them apart with the residence, of a county.
CREATE TABLE quota (
    wave UUID NOT NULL REFERENCES wave (id),
    county TEXT NOT NULL REFERENCES area (code),
    cell TEXT NOT NULL,
    target BIGINT NOT NULL CHECK (target >= 0),
    rule TEXT NOT NULL CHECK (rule IN ('monitor', 'close')),
    PRIMARY KEY (wave, county, cell)
);

-- What one person asked for; another one confirms it.
CREATE TABLE quota_change (
    wave UUID NOT NULL PRIMARY KEY REFERENCES wave (id),
    document TEXT NOT NULL,
    requested_by UUID NOT NULL REFERENCES account (id),
    requested_at BIGINT NOT NULL
);

-- What staff see of the cells of a running wave: rounded, and of one day.
CREATE TABLE quota_count (
    wave UUID NOT NULL REFERENCES wave (id),
    county TEXT NOT NULL,
    cell TEXT NOT NULL,
    day TEXT NOT NULL,
    counted BIGINT NOT NULL CHECK (counted >= 0),
    uncounted BIGINT NOT NULL CHECK (uncounted >= 0),
    PRIMARY KEY (wave, county, cell)
);

-- The result of an open wave: apart from estimates, so that no evaluation can take one for the other.
CREATE TABLE open_result (
    wave UUID NOT NULL PRIMARY KEY REFERENCES wave (id),
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID REFERENCES account (id)
);
