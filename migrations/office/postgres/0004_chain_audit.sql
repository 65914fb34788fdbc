-- The chain over the audit log: each link is a digest of its entry and of the link before.

CREATE TABLE audit_link (
    number BIGINT NOT NULL PRIMARY KEY,
    entry UUID NOT NULL UNIQUE REFERENCES audit (id),
    digest BYTEA NOT NULL
);

CREATE TRIGGER audit_link_keeps_rows BEFORE DELETE OR TRUNCATE ON audit_link
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

CREATE TRIGGER audit_link_keeps_values BEFORE UPDATE ON audit_link
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
