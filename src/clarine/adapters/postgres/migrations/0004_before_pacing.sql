-- Pacing and what prices depend on; more of the schema (schema.sql has the rules of it).

CREATE TABLE pacing (                      -- how far a template is trusted (domain.pacing); none: as it began
    business_id bigint NOT NULL,
    template_id bigint NOT NULL,
    gate        smallint NOT NULL,         -- gates behind it
    sent        integer NOT NULL,          -- since it began
    full_at     timestamptz,               -- when the group before the next gate was complete
    began_at    timestamptz NOT NULL,
    PRIMARY KEY (business_id, template_id)
) WITH (fillfactor = 50);
CREATE INDEX pacing_full ON pacing (business_id, template_id) WHERE full_at IS NOT NULL;

CREATE TABLE held (                        -- messages that wait until people were heard about the first ones
    business_id     bigint NOT NULL,
    number          bigint NOT NULL,       -- of the same counter as refusal: what is dropped becomes one
    template_id     bigint NOT NULL,
    person_id       bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    content         text NOT NULL,
    category        text NOT NULL,
    billable        boolean NOT NULL,
    pricing_type    text NOT NULL,
    price_micros    bigint NOT NULL CHECK (price_micros >= 0),
    rate_version    text NOT NULL,
    transfer        bigint NOT NULL,       -- the journal's number of its hold; 0: nothing was held
    reply_to_seq    bigint,
    opaque          text,
    conversation    text,
    at              timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    ended_at        timestamptz,           -- it left, or was dropped
    seq             bigint,                -- where it stands in the person's stream since it left
    PRIMARY KEY (business_id, number)
);
CREATE INDEX held_waiting ON held (business_id, template_id, number) WHERE ended_at IS NULL;

CREATE TABLE volume (                      -- billed messages accepted in a month, where a price list has tiers
    business_id bigint NOT NULL,
    month       date NOT NULL,
    market      text NOT NULL,
    category    text NOT NULL,
    count       integer NOT NULL,
    PRIMARY KEY (business_id, month, market, category)
) WITH (fillfactor = 50);

CREATE TABLE priced_conversation (         -- before July 2025 a conversation was billed, not a message
    person_id       bigint NOT NULL,
    business_id     bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    category        text NOT NULL,
    opened_at       timestamptz NOT NULL,
    PRIMARY KEY (person_id, business_id, phone_number_id, category)
);
