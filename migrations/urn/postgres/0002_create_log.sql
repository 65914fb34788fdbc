-- Logs of a wave after its first one: begun when a restored backup lacked leaves that a checkpoint
-- had signed. While the latest is halted, nothing is signed and no record is taken.
CREATE TABLE log (
    wave UUID NOT NULL,
    number BIGINT NOT NULL CHECK (number > 1),
    state TEXT NOT NULL CHECK (state IN ('halted', 'running')),
    lost BIGINT NOT NULL CHECK (lost >= 0),
    PRIMARY KEY (wave, number)
);
