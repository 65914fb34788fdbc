-- Who answers for a wave, as its organizers say: sponsor, conductor, recruitment. Of each wave the latest text; the audit log has
-- the digests of all.
CREATE TABLE imprint (
    wave BLOB NOT NULL PRIMARY KEY REFERENCES wave (id),
    document TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
