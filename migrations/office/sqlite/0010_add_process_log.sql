-- What happened to a wave, for everybody to read: entries of a log in the order in which they happened,
-- never changed. Their bytes are what the log's tree is made of.

CREATE TABLE process_entry (
    wave BLOB NOT NULL REFERENCES wave (id),
    place INTEGER NOT NULL CHECK (place >= 0),
    entry TEXT NOT NULL,
    PRIMARY KEY (wave, place)
) STRICT, WITHOUT ROWID;
