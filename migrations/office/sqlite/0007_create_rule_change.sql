-- Changes of a sealed wave's rules: asked for by one person, confirmed by another, in effect from the next
-- local midnight. A request that nobody has confirmed may be replaced; everything else stays.

CREATE TABLE rule_change (
    id BLOB NOT NULL PRIMARY KEY,
    wave BLOB NOT NULL REFERENCES wave (id),
    kind TEXT NOT NULL CHECK (kind IN ('end', 'quota', 'reminder', 'exclusion')),
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES account (id),
    asked_at INTEGER NOT NULL,
    confirmed_by BLOB REFERENCES account (id),
    confirmed_at INTEGER,
    effective_at INTEGER,
    applied_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX rule_change_waiting ON rule_change (wave, kind) WHERE applied_at IS NULL;

-- Quota cells are changed in the same way now. What waited for a second person must be asked for again: the
-- request had no reason, and its effect was at once.
DROP TABLE quota_change;
