-- What the urn must know of a wave in fieldwork when its program has no way to the office: name, dates, counties, questionnaire.
-- The same for everybody, and public; nothing of a code, a frame or a person.
CREATE TABLE terms (
    wave BLOB NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;
