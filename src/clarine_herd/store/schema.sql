-- Herd's own tables. Every key begins with the farm, because farms are independent of each other.
-- Times without a zone are the farm's wall clock, times with one are ours.

CREATE SCHEMA IF NOT EXISTS clarine_herd;

CREATE TABLE IF NOT EXISTS clarine_herd.readings (
    farm text NOT NULL,
    animal text NOT NULL,
    measured_at timestamp NOT NULL,
    activity double precision,
    activity_index double precision,
    lactation_days integer,
    lactation_status text,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (farm, animal, measured_at)
);

CREATE INDEX IF NOT EXISTS readings_by_time ON clarine_herd.readings (farm, measured_at);

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
    acknowledged_at timestamptz,
    PRIMARY KEY (farm, id)
);

CREATE INDEX IF NOT EXISTS episodes_by_animal ON clarine_herd.episodes (farm, animal, rule, opened_at);

-- The outbox: a row is written with its episodes and sent afterwards, under its key, until it has an end state.
CREATE TABLE IF NOT EXISTS clarine_herd.messages (
    farm text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('alert', 'digest')),
    episodes text[] NOT NULL,
    due_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    -- Chosen before the first try and kept, so that a try after a crash has the same body under the same key.
    form text NOT NULL DEFAULT 'auto' CHECK (form IN ('auto', 'free', 'template')),
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'accepted', 'refused', 'expired')),
    wamid text,
    attempts integer NOT NULL DEFAULT 0,
    error_code integer,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (farm, key),
    CHECK ((state = 'accepted') = (wamid IS NOT NULL))
);

CREATE INDEX IF NOT EXISTS messages_queued ON clarine_herd.messages (farm, due_at) WHERE state = 'queued';

CREATE TABLE IF NOT EXISTS clarine_herd.statuses (
    farm text NOT NULL,
    wamid text NOT NULL,
    status text NOT NULL,
    at timestamptz NOT NULL,
    error_code integer NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    PRIMARY KEY (farm, wamid, status)
);

-- What the farmer wrote or tapped: kept before the webhook is acknowledged, handled afterwards.
CREATE TABLE IF NOT EXISTS clarine_herd.inbound (
    farm text NOT NULL,
    wamid text NOT NULL,
    sender text NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('tap', 'text', 'other')),
    value text NOT NULL,
    handled_at timestamptz,
    PRIMARY KEY (farm, wamid)
);

CREATE TABLE IF NOT EXISTS clarine_herd.feedback (
    farm text NOT NULL,
    episode text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('true', 'not_true')),
    reason text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    PRIMARY KEY (farm, episode)
);
