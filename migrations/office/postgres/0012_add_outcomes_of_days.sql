-- Outcomes that were noted for the invitations of a stratum by the beginning of a day, rounded down like the used codes.
ALTER TABLE fieldwork_day ADD COLUMN noted TEXT NOT NULL DEFAULT '{}';
