-- :append_messages new messages; what many have alike comes once, and k.shape says which of it is theirs
INSERT INTO message (person_id, seq, business_id, phone_number_id, direction, content, reply_to_seq, category, billable,
                     pricing_type, price_micros, rate_version, opaque, client_key, at, expires_at)
SELECT k.person_id, k.seq, ($4::bigint[])[k.shape], ($5::bigint[])[k.shape], ($6::smallint[])[k.shape], ($7::text[])[k.shape],
       ($8::bigint[])[k.shape], ($9::text[])[k.shape], ($10::boolean[])[k.shape], ($11::text[])[k.shape], ($12::bigint[])[k.shape],
       ($13::text[])[k.shape], ($14::text[])[k.shape], ($15::text[])[k.shape], ($16::timestamptz[])[k.shape],
       ($17::timestamptz[])[k.shape]
FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS k(person_id, seq, shape);

-- :mark_messages what only few messages have
UPDATE message m SET held_number = k.held_number, conversation = k.conversation
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) AS k(person_id, seq, held_number, conversation)
WHERE m.person_id = k.person_id AND m.seq = k.seq;

-- :append_changes other events of people's streams
INSERT INTO change (person_id, seq, type, business_id, body, at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[]);

-- :append_receipts statuses, each a row; k.shape as with messages
INSERT INTO receipt (person_id, seq, status, reason, at)
SELECT k.person_id, k.seq, ($4::smallint[])[k.shape], ($5::text[])[k.shape], ($6::timestamptz[])[k.shape]
FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS k(person_id, seq, shape);

-- :move_streams the last seq of locked streams
UPDATE inbox i SET last_seq = k.last_seq
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, last_seq) WHERE i.person_id = k.person_id;

-- :append_transfers journal rows; k.shape as with messages
INSERT INTO journal (business_id, person_id, seq, step, kind, debit, credit, amount_micros, rate_version, note, at)
SELECT k.business_id, k.person_id, k.seq, ($5::smallint[])[k.shape], ($6::text[])[k.shape], ($7::text[])[k.shape],
       ($8::text[])[k.shape], ($9::bigint[])[k.shape], ($10::text[])[k.shape], ($11::text[])[k.shape], $12
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[]) AS k(business_id, person_id, seq, shape);

-- :move_wallets what the transfers add up to
UPDATE wallet w
SET available_micros = w.available_micros + k.available, held_micros = w.held_micros + k.held, spent_micros = w.spent_micros + k.spent
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS k(business_id, available, held, spent)
WHERE w.business_id = k.business_id;

-- :append_notices what businesses are to be told; k.shape as with messages
INSERT INTO notice (business_id, number, field, phone_number_id, person_id, fact, at)
SELECT k.business_id, k.number, ($6::text[])[k.shape], ($7::bigint[])[k.shape], k.person_id, k.fact, ($8::timestamptz[])[k.shape]
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::int[]) AS k(business_id, number, person_id, fact, shape);

-- :move_outboxes the last numbers of locked outboxes: notice, refusal, transfer; 0 leaves one as it is
UPDATE outbox o SET last_notice = greatest(o.last_notice, k.notice), last_refusal = greatest(o.last_refusal, k.refusal),
                    last_transfer = greatest(o.last_transfer, k.transfer)
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS k(business_id, notice, refusal, transfer)
WHERE o.business_id = k.business_id;

-- :append_refusals messages that policy refused after the API accepted them
INSERT INTO refusal (business_id, number, phone_number_id, phone, content_type, category, reason, opaque, at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::timestamptz[]);

-- :remember_keys answers that idempotency keys got
INSERT INTO known_key (business_id, key, message_id, body_hash, at)
SELECT k.*, $5 FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[]) AS k;

-- :use_free_service free service messages used this month
INSERT INTO service_allowance (business_id, phone_number_id, month, used)
SELECT k.business_id, k.phone_number_id, $4, k.used FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS k(business_id, phone_number_id, used)
ON CONFLICT (business_id, phone_number_id, month) DO UPDATE SET used = service_allowance.used + excluded.used;

-- :append_consents evidence; the number continues what the pair already has
INSERT INTO consent (person_id, business_id, number, act, category, wording, wording_version, source, actor, given_at, recorded_at)
SELECT k.person_id, k.business_id,
       (SELECT count(*) FROM consent c WHERE c.person_id = k.person_id AND c.business_id = k.business_id)
       + row_number() OVER (PARTITION BY k.person_id, k.business_id ORDER BY k.ord),
       k.act, k.category, k.wording, k.wording_version, k.source, k.actor, k.given_at, $9
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $10::timestamptz[])
     WITH ORDINALITY AS k(person_id, business_id, act, category, wording, wording_version, source, actor, given_at, ord);

-- :append_reports what people report
INSERT INTO report (person_id, business_id, number, reason, seq, at)
SELECT k.person_id, k.business_id,
       (SELECT count(*) FROM report r WHERE r.person_id = k.person_id AND r.business_id = k.business_id)
       + row_number() OVER (PARTITION BY k.person_id, k.business_id ORDER BY k.ord), k.reason, k.seq, k.at
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[])
     WITH ORDINALITY AS k(person_id, business_id, reason, seq, at, ord);

-- :put_relations the state that consents, blocks, windows and read marks add up to
INSERT INTO conversation (person_id, business_id, window_until, blocked, stopped, marketing_consent, utility_consent, read_seq)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[], $4::boolean[], $5::boolean[], $6::boolean[], $7::boolean[],
                     $8::bigint[])
ON CONFLICT (person_id, business_id) DO UPDATE SET
    window_until = excluded.window_until, blocked = excluded.blocked, stopped = excluded.stopped,
    marketing_consent = excluded.marketing_consent, utility_consent = excluded.utility_consent, read_seq = excluded.read_seq;

-- :move_sweep how far a sweep has come
UPDATE sweep SET swept_to = $2 WHERE name = $1;
