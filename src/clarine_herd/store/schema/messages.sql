-- The outbox: a row is written with its episodes and sent afterwards, under its key, until it has an end state.
CREATE TABLE IF NOT EXISTS clarine_herd.messages (
    farm text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('alert', 'digest')),
    -- Whom it is for (contacts.number), and of a critical alert whose turn it is: 0 the first, then round.
    contact integer NOT NULL,
    turn integer NOT NULL DEFAULT 0,
    -- icarAttentionPriorityType of its alert; empty for a digest.
    priority text NOT NULL DEFAULT '',
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
