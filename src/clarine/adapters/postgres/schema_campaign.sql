-- Campaigns: one approved template to many people; distributed by business_id. Belongs to schema.sql (tests/migration).

CREATE TABLE campaign (                    -- one template to many people
    business_id       bigint NOT NULL,
    campaign_id       bigint NOT NULL,
    name              text NOT NULL,
    key               text NOT NULL,       -- the caller's own: the same key twice is the same campaign
    phone_number_id   bigint NOT NULL,
    template_name     text NOT NULL,
    template_language text NOT NULL,
    components        text NOT NULL,       -- the send's template.components as JSON; {{column}} is a person's own value
    columns           text[] NOT NULL,
    state             text NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'cancelled', 'done')),
    reason            text,                -- why it paused by itself
    recipients        integer NOT NULL DEFAULT 0,
    countries         text NOT NULL DEFAULT '{}',  -- JSON: recipients per country
    created_at        timestamptz NOT NULL,
    started_at        timestamptz,
    ended_at          timestamptz,
    PRIMARY KEY (business_id, campaign_id)
);
CREATE UNIQUE INDEX campaign_key ON campaign (business_id, key);
CREATE INDEX campaign_running ON campaign (business_id) WHERE state = 'running';

CREATE TABLE campaign_recipient (          -- append only; in this order they are written to, so that neighbours share pages
    business_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    recipient   bigint NOT NULL,           -- the person; for a number that nobody has, minus the number
    country     text NOT NULL,             -- of the number
    words       text NOT NULL,             -- the values of the columns, escaped as JSON strings are, between U+001F
    PRIMARY KEY (business_id, campaign_id, recipient)
);

CREATE TABLE campaign_lane (               -- narrow, hot: lanes are worked off beside each other, each in the order of its recipients
    business_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    lane        smallint NOT NULL,
    after       bigint NOT NULL,           -- recipients up to here have an outcome
    until       bigint NOT NULL,
    counts      text NOT NULL DEFAULT '{}',  -- JSON: outcomes so far by reason; "sent" is none
    done        boolean NOT NULL DEFAULT false,
    due_at      timestamptz NOT NULL,      -- infinity while the campaign does not run
    PRIMARY KEY (business_id, campaign_id, lane)
) WITH (fillfactor = 50);
CREATE INDEX campaign_lane_due ON campaign_lane (due_at) WHERE NOT done;

CREATE TABLE campaign_outcome (            -- append only: a recipient's one outcome, written with the message itself
    business_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    recipient   bigint NOT NULL,
    seq         bigint NOT NULL,           -- of the message in the person's stream; 0: none was sent
    reason      text,                      -- policy.Reason; null: sent
    PRIMARY KEY (business_id, campaign_id, recipient)
);
