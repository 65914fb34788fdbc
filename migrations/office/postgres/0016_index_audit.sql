-- The log is read from its end, and by what it is about.
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_subject ON audit (subject, action);
