-- What the farmer wrote or tapped: kept before the webhook is acknowledged, handled afterwards.
CREATE TABLE IF NOT EXISTS clarine_herd.inbound (
    farm text NOT NULL,
    wamid text NOT NULL,
    sender text NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('tap', 'text', 'other')),
    value text NOT NULL,
    -- The wamid of the message that it answers or reacts to; empty when it answers none.
    context text NOT NULL DEFAULT '',
    handled_at timestamptz,
    PRIMARY KEY (farm, wamid)
);

-- Media that an answer has uploaded: a second try of the same answer sends the same.
CREATE TABLE IF NOT EXISTS clarine_herd.uploads (
    farm text NOT NULL,
    key text NOT NULL,
    media text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (farm, key)
);
