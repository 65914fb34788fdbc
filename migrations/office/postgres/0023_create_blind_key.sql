-- RSA keys of blind tokens, one for each variance unit; the private half wrapped under the wave's key file.
CREATE TABLE blind_key (
    wave UUID NOT NULL REFERENCES wave (id),
    variance_unit TEXT NOT NULL,
    county TEXT NOT NULL,
    stratum TEXT NOT NULL,
    modulus BYTEA NOT NULL,
    private_key BYTEA NOT NULL,
    PRIMARY KEY (wave, variance_unit)
);

-- What a code had signed, so that the same can be given again. The message is blinded: neither it nor its signature can be found in
-- the urn by anybody but the phone that drew the blinding factor.
CREATE TABLE blind_signature (
    wave UUID NOT NULL REFERENCES wave (id),
    code_hash BYTEA NOT NULL,
    blinded BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    PRIMARY KEY (wave, code_hash)
);
