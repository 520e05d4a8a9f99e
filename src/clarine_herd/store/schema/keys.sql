-- What opens the farm's pages: codes, each used once, and the visits that they began. Only hashes of them stand here.
CREATE TABLE IF NOT EXISTS clarine_herd.keys (
    farm text NOT NULL,
    hash bytea NOT NULL,
    kind text NOT NULL CHECK (kind IN ('code', 'visit')),
    -- Whose it is (contacts.number).
    contact integer NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (farm, hash)
);
