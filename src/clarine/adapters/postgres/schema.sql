-- The whole schema as it stands; it equals all migrations (tests/migration).
-- Every primary key begins with its distribution key: person_id or business_id; no constraint crosses it.
-- "reference" marks small tables that every machine may hold whole.

-- ── the house ────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE house (                       -- reference: one row; the keys that seal ids and sign links
    one_row     boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    seal_key    bytea NOT NULL,
    link_key    bytea NOT NULL
);

CREATE TABLE sweep (                       -- reference: how far a periodic sweep has come
    name        text PRIMARY KEY,
    swept_to    timestamptz NOT NULL
);

CREATE TABLE staff (                       -- reference: who may sign in to the consoles; no business = operator
    email         text PRIMARY KEY,
    business_id   bigint,
    name          text NOT NULL,
    password_hash text NOT NULL,           -- argon2id
    created_at    timestamptz NOT NULL
);

CREATE TABLE staff_session (               -- reference
    token_hash  bytea PRIMARY KEY,         -- sha-256
    email       text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);

-- ── people: distributed by person_id ─────────────────────────────────────────────────────────────────────────
CREATE TABLE phone_directory (             -- distributed by phone
    phone       bigint PRIMARY KEY,        -- E.164 digits
    person_id   bigint NOT NULL
);

CREATE TABLE sign_in_code (                -- distributed by phone
    phone       bigint PRIMARY KEY,
    code_hash   bytea NOT NULL,            -- keyed BLAKE2b
    tries_left  smallint NOT NULL CHECK (tries_left >= 0),
    sent_at     timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    hour_from   timestamptz NOT NULL,      -- hour_codes were sent since then
    hour_codes  integer NOT NULL
);

CREATE TABLE person (
    person_id   bigint PRIMARY KEY,
    phone       bigint NOT NULL,
    country     text NOT NULL,             -- ISO 3166 alpha-2 of the phone number
    name        text NOT NULL,
    language    text NOT NULL,             -- en, fr, hi, ur
    created_at  timestamptz NOT NULL
);

CREATE TABLE inbox (                       -- narrow, hot: the last seq of the person's stream
    person_id   bigint PRIMARY KEY,
    last_seq    bigint NOT NULL CHECK (last_seq >= 0)
) WITH (fillfactor = 50);

CREATE TABLE device (
    person_id   bigint NOT NULL,
    device_id   bigint NOT NULL,
    token_hash  bytea NOT NULL,            -- sha-256 of the secret part of the session token
    name        text NOT NULL,
    created_at  timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (person_id, device_id)
);

CREATE TABLE conversation (                -- narrow: what policy must know about one person and one business
    person_id         bigint NOT NULL,
    business_id       bigint NOT NULL,
    window_until      timestamptz,         -- free-form messages are allowed until then
    blocked           boolean NOT NULL DEFAULT false,
    stopped           boolean NOT NULL DEFAULT false,
    marketing_consent boolean NOT NULL DEFAULT false,
    utility_consent   boolean,             -- null: never asked; false: withdrawn
    read_seq          bigint NOT NULL DEFAULT 0,  -- the person has read up to here
    entry_answer_by   timestamptz,         -- they came through an advertisement or link; an answer until then opens
    entry_until       timestamptz,         -- messages are free until then: it was answered
    PRIMARY KEY (person_id, business_id)
) WITH (fillfactor = 70);

CREATE TABLE consent (                     -- append only: the evidence behind conversation.*_consent and .stopped
    person_id     bigint NOT NULL,
    business_id   bigint NOT NULL,
    number        integer NOT NULL,
    act           text NOT NULL CHECK (act IN ('granted', 'withdrawn', 'stopped', 'resumed')),
    category      text NOT NULL CHECK (category IN ('marketing', 'utility', 'all')),
    wording       text NOT NULL,
    wording_version text NOT NULL,
    source        text NOT NULL,           -- where it was given: shop form, chat, console, import …
    actor         text NOT NULL CHECK (actor IN ('person', 'business', 'operator')),
    given_at      timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (person_id, business_id, number)
);

CREATE TABLE message (
    person_id       bigint NOT NULL,
    seq             bigint NOT NULL CHECK (seq > 0),
    business_id     bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    direction       smallint NOT NULL CHECK (direction IN (1, 2)),
    content         text NOT NULL,         -- domain.message.Content as JSON
    reply_to_seq    bigint,
    category        text,
    billable        boolean NOT NULL DEFAULT false,
    pricing_type    text,                  -- regular | free_customer_service | free_entry_point
    price_micros    bigint NOT NULL DEFAULT 0 CHECK (price_micros >= 0),
    rate_version    text,
    opaque          text,                  -- biz_opaque_callback_data
    client_key      text,                  -- the device's own key of a message it sent
    at              timestamptz NOT NULL,
    expires_at      timestamptz,
    held_number     bigint,                -- it was held (table held) and is known to its business by that number
    conversation    text,                  -- JSON: the priced conversation it belongs to, where there is one
    PRIMARY KEY (person_id, seq)
);
CREATE INDEX message_of_thread ON message (person_id, business_id, seq);
CREATE UNIQUE INDEX message_client_key ON message (person_id, client_key) WHERE client_key IS NOT NULL;
CREATE INDEX message_at ON message USING brin (at);  -- nearly free to write; figures over time read it
CREATE INDEX message_expiry ON message USING brin (expires_at);  -- nearly free to write; read once a sweep
CREATE INDEX message_marketing ON message (person_id, at) WHERE category = 'marketing';  -- a person's caps are counted from it

CREATE TABLE change (                      -- everything else in the person's stream; body is an event of the people API
    person_id   bigint NOT NULL,
    seq         bigint NOT NULL CHECK (seq > 0),
    type        text NOT NULL,
    business_id bigint,
    body        text NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (person_id, seq)
);

CREATE TABLE receipt (                     -- a status is a row; status 1 (sent) is the message row itself
    person_id   bigint NOT NULL,
    seq         bigint NOT NULL,
    status      smallint NOT NULL CHECK (status IN (2, 3, 9)),
    reason      text,                      -- policy.Reason, on 9 only
    at          timestamptz NOT NULL,
    PRIMARY KEY (person_id, seq, status)
);
CREATE INDEX receipt_at ON receipt USING brin (at);  -- nearly free to write; ratings read it once a sweep

CREATE TABLE pair (                        -- narrow, hot: one person and one number of a business
    person_id       bigint NOT NULL,
    business_id     bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    paid_until      timestamptz NOT NULL,  -- the whole state of the pair's token bucket
    reached_s       bigint,                -- the second of the last message outside an open window
    PRIMARY KEY (person_id, business_id, phone_number_id)
) WITH (fillfactor = 50);

CREATE TABLE report (
    person_id   bigint NOT NULL,
    business_id bigint NOT NULL,
    number      integer NOT NULL,
    reason      text NOT NULL CHECK (reason IN ('never_signed_up', 'political', 'scam', 'offensive', 'too_often', 'not_interested')),
    seq         bigint,                    -- the message it is about
    at          timestamptz NOT NULL,
    handled_at  timestamptz,
    PRIMARY KEY (person_id, business_id, number)
);
CREATE INDEX report_open ON report (at) WHERE handled_at IS NULL;

-- ── businesses: distributed by business_id ───────────────────────────────────────────────────────────────────
CREATE TABLE business (
    business_id bigint PRIMARY KEY,
    waba_id     bigint NOT NULL,
    app_id      bigint NOT NULL,
    app_secret  text NOT NULL,             -- signs webhooks, so it must be readable
    name        text NOT NULL,
    about       text NOT NULL DEFAULT '',
    verified    boolean NOT NULL DEFAULT false,
    currency    text NOT NULL DEFAULT 'USD',
    profile     text NOT NULL DEFAULT '{}',  -- whatsapp_business_profile fields as JSON
    created_at  timestamptz NOT NULL
);

CREATE TABLE account_directory (           -- reference: from a WABA, app or phone-number id to its business
    object_id   bigint PRIMARY KEY,
    business_id bigint NOT NULL
);

CREATE TABLE access_token (                -- reference
    token_hash  bytea PRIMARY KEY,         -- sha-256
    business_id bigint NOT NULL,
    name        text NOT NULL,
    created_at  timestamptz NOT NULL,
    ended_at    timestamptz
);

CREATE TABLE phone_number (
    business_id     bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    phone           bigint NOT NULL,
    verified_name   text NOT NULL,
    quality         text NOT NULL DEFAULT 'GREEN',
    created_at      timestamptz NOT NULL,
    verified        boolean NOT NULL DEFAULT true,  -- a code that was sent there came back
    registered      boolean NOT NULL DEFAULT true,  -- it may send
    requested_name  text,                           -- a display name that waits for the operator
    allowed_to      bigint[],                       -- a test number writes to these phones only; null: to anyone
    PRIMARY KEY (business_id, phone_number_id)
);

CREATE TABLE number_registration (         -- the code that verifies a number and the PIN that protects it
    business_id     bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    pin_hash        bytea,                 -- keyed BLAKE2b; null: none was set
    pin_tries_left  smallint NOT NULL CHECK (pin_tries_left >= 0),
    pin_tried_at    timestamptz,           -- the last wrong PIN
    code_hash       bytea,                 -- keyed BLAKE2b
    code_tries_left smallint NOT NULL CHECK (code_tries_left >= 0),
    code_sent_at    timestamptz,
    registered_at   timestamptz[] NOT NULL, -- the registrations of the last 72 hours
    region          text,
    PRIMARY KEY (business_id, phone_number_id)
);

CREATE TABLE setting (                     -- what a business set on its account or a number; body is JSON
    business_id bigint NOT NULL,
    object_id   bigint NOT NULL,
    name        text NOT NULL,
    body        text NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (business_id, object_id, name)
);

CREATE TABLE short_link (                  -- links that open a chat with a first message written
    business_id     bigint NOT NULL,
    code            text NOT NULL,
    phone_number_id bigint NOT NULL,
    prefilled       text NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (business_id, code)
);

CREATE TABLE upload_session (              -- a file that arrives in parts
    business_id bigint NOT NULL,
    upload_id   bigint NOT NULL,
    filename    text,
    mime        text NOT NULL,
    size        bigint NOT NULL CHECK (size > 0),
    received    bigint NOT NULL CHECK (received <= size),
    parts       text[] NOT NULL,           -- blobs, in order
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (business_id, upload_id)
);

CREATE TABLE assigned_user (               -- who else may manage an account
    business_id bigint NOT NULL,
    user_id     bigint NOT NULL,
    tasks       text[] NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (business_id, user_id)
);

CREATE TABLE template (
    business_id      bigint NOT NULL,
    template_id      bigint NOT NULL,
    name             text NOT NULL,
    language         text NOT NULL,
    category         text NOT NULL,
    status           text NOT NULL,
    parameter_format text NOT NULL,
    components       text NOT NULL,        -- JSON as the business sent it
    rejected_reason  text NOT NULL DEFAULT 'NONE',
    quality          text NOT NULL DEFAULT 'UNKNOWN',
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    deleted_at       timestamptz,
    options          text NOT NULL DEFAULT '{}',  -- JSON: sub_category, message_send_ttl_seconds, previous_category …
    PRIMARY KEY (business_id, template_id)
);
CREATE UNIQUE INDEX template_name ON template (business_id, name, language) WHERE deleted_at IS NULL;

CREATE TABLE flow (                        -- forms that a business draws (Cloud API: Flows)
    business_id      bigint NOT NULL,
    flow_id          bigint NOT NULL,
    name             text NOT NULL,
    status           text NOT NULL CHECK (status IN ('DRAFT', 'PUBLISHED', 'DEPRECATED', 'BLOCKED', 'THROTTLED')),
    categories       text NOT NULL,        -- a JSON list
    endpoint_uri     text,                 -- where data is exchanged
    flow_json        text,                 -- as the business sent it; null: none yet
    sha256           text,                 -- the blob that holds flow_json, hex
    findings         text NOT NULL DEFAULT '[]',  -- validation errors as JSON
    json_version     text,
    data_api_version text,
    throttled_from   timestamptz,          -- throttled_sent messages were sent in the hour since then
    throttled_sent   integer NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (business_id, flow_id)
);
CREATE UNIQUE INDEX flow_name ON flow (business_id, name);

CREATE TABLE flow_key (                    -- the public key that data exchanged for a number is encrypted to
    business_id     bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    public_key      text NOT NULL,         -- PEM, RSA of 2048 bits
    put_at          timestamptz NOT NULL,
    PRIMARY KEY (business_id, phone_number_id)
);

CREATE TABLE media (                       -- owner_id is a business or a person
    owner_id    bigint NOT NULL,
    media_id    bigint NOT NULL,
    sha256      bytea NOT NULL,
    mime        text NOT NULL,
    size        bigint NOT NULL,
    filename    text,
    width       integer,
    height      integer,
    animated    boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz,
    deleted_at  timestamptz,
    PRIMARY KEY (owner_id, media_id)
);

CREATE TABLE wallet (                      -- narrow, hot: what the journal adds up to
    business_id      bigint PRIMARY KEY,
    currency         text NOT NULL,
    available_micros bigint NOT NULL CHECK (available_micros >= 0),
    held_micros      bigint NOT NULL CHECK (held_micros >= 0),
    spent_micros     bigint NOT NULL CHECK (spent_micros >= 0)
) WITH (fillfactor = 50);

CREATE TABLE journal (                     -- append only; every row is a transfer, so the sum over all accounts is zero
    business_id   bigint NOT NULL,
    person_id     bigint NOT NULL,         -- 0 for transfers that are not about a message
    seq           bigint NOT NULL,         -- the message, or the number of the transfer
    step          smallint NOT NULL CHECK (step IN (1, 2)),  -- 1 hold or top-up, 2 post or void: one of them, once
    kind          text NOT NULL CHECK (kind IN ('top_up', 'hold', 'post', 'void', 'reversal')),
    debit         text NOT NULL,           -- account the money leaves: outside, available, held
    credit        text NOT NULL,           -- account it enters: available, held, spent
    amount_micros bigint NOT NULL CHECK (amount_micros > 0),
    rate_version  text,
    note          text,
    at            timestamptz NOT NULL,
    PRIMARY KEY (business_id, person_id, seq, step),
    CHECK (debit <> credit)
);
CREATE INDEX journal_statement ON journal (business_id, at);

CREATE TABLE service_allowance (           -- free service messages used, per number and month
    business_id     bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    month           date NOT NULL,
    used            integer NOT NULL CHECK (used >= 0),
    PRIMARY KEY (business_id, phone_number_id, month)
) WITH (fillfactor = 50);

CREATE TABLE known_key (                   -- the answer that an idempotency key already got
    business_id bigint NOT NULL,
    key         text NOT NULL,
    message_id  text NOT NULL,
    body_hash   bytea NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (business_id, key)
);

CREATE TABLE refusal (                     -- accepted by the API, then refused by policy; ends as failed, is never charged
    business_id     bigint NOT NULL,
    number          bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    phone           bigint NOT NULL,
    content_type    text NOT NULL,
    category        text,
    reason          text NOT NULL,
    opaque          text,
    at              timestamptz NOT NULL,
    PRIMARY KEY (business_id, number)
);

CREATE TABLE subscription (                -- where webhooks go; scope: app, account or phone_number (the narrowest wins)
    business_id  bigint NOT NULL,
    scope        text NOT NULL CHECK (scope IN ('app', 'account', 'phone_number')),
    object_id    bigint NOT NULL,
    url          text,                     -- null: subscribed, with no override
    verify_token text NOT NULL DEFAULT '',
    fields       text[] NOT NULL DEFAULT '{messages}',
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (business_id, scope, object_id)
);

CREATE TABLE sending (                     -- narrow, hot: how much a business may send
    business_id bigint PRIMARY KEY,
    tier        text NOT NULL,             -- people it may reach outside an open window in a rolling 24 hours
    reached     integer NOT NULL CHECK (reached >= 0),  -- sum of reached.people in the 24 hours before counted_s
    counted_s   bigint NOT NULL,
    red_since   timestamptz,               -- one of its numbers is RED since then
    frozen_at   timestamptz,               -- no marketing since then, until an operator lifts it
    lifted_at   timestamptz,               -- reports before this were answered for
    locked_at   timestamptz,               -- an operator locked the account: nothing is sent since then
    review_at   timestamptz NOT NULL       -- when quality is looked at again
) WITH (fillfactor = 50);
CREATE INDEX sending_review ON sending (review_at);

CREATE TABLE reached (                     -- people whose last message outside an open window was sent in that second
    business_id bigint NOT NULL,
    second      bigint NOT NULL,           -- since 1970
    people      integer NOT NULL,
    PRIMARY KEY (business_id, second)
) WITH (fillfactor = 70);

CREATE TABLE pace (                        -- narrow, hot: throughput of one number
    business_id     bigint NOT NULL,
    phone_number_id bigint NOT NULL,
    paid_until      timestamptz NOT NULL,  -- the whole state of the number's token bucket
    PRIMARY KEY (business_id, phone_number_id)
) WITH (fillfactor = 50);

CREATE TABLE complaint (                   -- append only: a person reported or blocked a business
    business_id     bigint NOT NULL,
    at              timestamptz NOT NULL,
    person_id       bigint NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('report', 'block')),
    phone_number_id bigint,                -- of the message it is about: the one reported, else the last one
    template_id     bigint,
    PRIMARY KEY (business_id, at, person_id, kind)
);
CREATE INDEX complaint_at ON complaint (at);

CREATE TABLE heard (                       -- messages that arrived and were read, per hour
    business_id     bigint NOT NULL,
    template_id     bigint NOT NULL,       -- 0: not a template
    hour            timestamptz NOT NULL,
    phone_number_id bigint NOT NULL,
    delivered       integer NOT NULL,
    read            integer NOT NULL,
    PRIMARY KEY (business_id, template_id, hour, phone_number_id)
);

CREATE TABLE template_rest (               -- a template that was paused for its quality
    business_id  bigint NOT NULL,
    template_id  bigint NOT NULL,
    pauses       integer NOT NULL,
    paused_until timestamptz,              -- null: it is not paused now
    rated_from   timestamptz NOT NULL,     -- what happened before was answered for by the pause
    PRIMARY KEY (business_id, template_id)
);

CREATE TABLE shut_out (                    -- people whom a business does not want to hear from (block list)
    business_id bigint NOT NULL,
    person_id   bigint NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (business_id, person_id)
);

CREATE TABLE outbox (                      -- narrow, hot: counters of one business; next_* are given out, done_* is worked off
    business_id    bigint PRIMARY KEY,
    last_notice    bigint NOT NULL DEFAULT 0,
    done_notice    bigint NOT NULL DEFAULT 0,
    last_refusal   bigint NOT NULL DEFAULT 0,
    last_transfer  bigint NOT NULL DEFAULT 0,
    last_attempt   bigint NOT NULL DEFAULT 0,
    owner          text,                   -- the process that posts this business's webhooks
    owned_until    timestamptz
) WITH (fillfactor = 50);

CREATE TABLE notice (                      -- append only: what a business is to be told
    business_id     bigint NOT NULL,
    number          bigint NOT NULL,
    field           text NOT NULL,         -- webhook field: messages, message_template_status_update, user_preferences …
    phone_number_id bigint,
    person_id       bigint,                -- one conversation's notices go out in order
    fact            text NOT NULL,         -- domain.events.Notice as JSON
    at              timestamptz NOT NULL,
    PRIMARY KEY (business_id, number)
);

CREATE TABLE notice_waiting (              -- notices at or below outbox.done_notice that were not acknowledged yet
    business_id bigint NOT NULL,
    number      bigint NOT NULL,
    attempts    integer NOT NULL,
    due_at      timestamptz NOT NULL,
    PRIMARY KEY (business_id, number)
);
CREATE INDEX notice_due ON notice_waiting (due_at);

CREATE TABLE notice_attempt (              -- append only: the webhook log; one row per POST
    business_id  bigint NOT NULL,
    attempt      bigint NOT NULL,
    first_number bigint NOT NULL,
    last_number  bigint NOT NULL,
    url          text NOT NULL,
    http_status  smallint,                 -- null: no answer
    error        text,
    said         text,                     -- how the body of a refusal begins
    took_ms      integer NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (business_id, last_number, attempt) -- the log asks for the POSTs of a notice
);
