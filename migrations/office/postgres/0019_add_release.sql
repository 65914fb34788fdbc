-- When everybody will read the result, as it was announced.
ALTER TABLE wave ADD COLUMN release_at BIGINT;
