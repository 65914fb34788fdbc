-- Changes of a sealed wave's rules: asked for by one person, confirmed by another, in effect from the next
-- local midnight. A request that nobody has confirmed may be replaced; everything else stays.

CREATE TABLE rule_change (
    id UUID NOT NULL PRIMARY KEY,
    wave UUID NOT NULL REFERENCES wave (id),
    kind TEXT NOT NULL CHECK (kind IN ('end', 'quota', 'reminder', 'exclusion')),
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by UUID NOT NULL REFERENCES account (id),
    asked_at BIGINT NOT NULL,
    confirmed_by UUID REFERENCES account (id),
    confirmed_at BIGINT,
    effective_at BIGINT,
    applied_at BIGINT
);

CREATE UNIQUE INDEX rule_change_waiting ON rule_change (wave, kind) WHERE applied_at IS NULL;

-- Quota cells are changed in the same way now. What waited for a second person must be asked for again: the
-- request had no reason, and its effect was at once.
DROP TABLE quota_change;
