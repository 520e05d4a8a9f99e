CREATE TABLE IF NOT EXISTS clarine_herd.episodes (
    farm text NOT NULL,
    id text NOT NULL,
    animal text NOT NULL,
    rule text NOT NULL,
    kind text NOT NULL,
    started_at timestamp NOT NULL,
    opened_at timestamp NOT NULL,
    last_at timestamp NOT NULL,
    ended_at timestamp,
    peak double precision NOT NULL,
    days_since_calving integer,
    days integer,
    group_name text NOT NULL DEFAULT '',
    acknowledged_at timestamptz,
    acknowledged_by text NOT NULL DEFAULT '',
    PRIMARY KEY (farm, id)
);

CREATE INDEX IF NOT EXISTS episodes_by_animal ON clarine_herd.episodes (farm, animal, rule, opened_at);

CREATE TABLE IF NOT EXISTS clarine_herd.feedback (
    farm text NOT NULL,
    episode text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('true', 'not_true')),
    reason text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    -- The same moment on the farm's clock: rules learn from it in farm time.
    said_at timestamp NOT NULL,
    PRIMARY KEY (farm, episode)
);
