-- The chain over the audit log: each link is a digest of its entry and of the link before.

CREATE TABLE audit_link (
    number INTEGER NOT NULL PRIMARY KEY,
    entry BLOB NOT NULL UNIQUE REFERENCES audit (id),
    digest BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_link_keeps_rows BEFORE DELETE ON audit_link
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append only');
END;

CREATE TRIGGER audit_link_keeps_values BEFORE UPDATE ON audit_link
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append only');
END;
