-- What other parties cosigned around a deposit of seeded answers: the head of the answers' log just before it, and the head of the process
-- log with its entry. Rows are added, never changed; a deposit without one was not witnessed.
CREATE TABLE seed_witness (
    wave BLOB NOT NULL,
    digest BLOB NOT NULL,
    answers TEXT NOT NULL,
    process TEXT NOT NULL,
    PRIMARY KEY (wave, digest),
    FOREIGN KEY (wave, digest) REFERENCES seed_deposit (wave, digest)
) STRICT, WITHOUT ROWID;
