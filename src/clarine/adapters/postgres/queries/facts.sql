-- :owners_of_phones the ids of those who have these numbers
SELECT person_id FROM phone_directory WHERE phone = ANY($1::bigint[]);

-- :people_by_id who these people are
SELECT person_id, phone, country, name, language FROM person WHERE person_id = ANY($1::bigint[]);

-- :lock_people people by number or id; from here on everything about them is serial
SELECT p.person_id, p.phone, p.country, p.name, p.language, i.last_seq
FROM person p JOIN inbox i ON i.person_id = p.person_id
WHERE p.person_id = ANY($2::bigint[] || ARRAY(SELECT d.person_id FROM phone_directory d WHERE d.phone = ANY($1::bigint[])))
ORDER BY p.person_id FOR UPDATE OF i;

-- :lock_streams from here on everything about these people is serial
SELECT person_id, last_seq FROM inbox WHERE person_id = ANY($1::bigint[]) ORDER BY person_id FOR UPDATE;

-- :relations what policy must know about each pair
SELECT c.person_id, c.business_id, c.window_until, c.blocked, c.stopped, c.marketing_consent, c.utility_consent, c.read_seq,
       c.entry_answer_by, c.entry_until
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, business_id)
JOIN conversation c ON c.person_id = k.person_id AND c.business_id = k.business_id;

-- :lock_accounts the wallets and counters that this batch will move
SELECT w.business_id, w.currency, w.available_micros, o.last_notice, o.last_refusal, o.last_transfer
FROM wallet w JOIN outbox o ON o.business_id = w.business_id
WHERE w.business_id = ANY($1::bigint[]) ORDER BY w.business_id FOR UPDATE;

-- :businesses these businesses
SELECT business_id, waba_id, app_id, app_secret, name, about, verified, currency, profile, created_at
FROM business WHERE business_id = ANY($1::bigint[]);

-- :phone_numbers the numbers of these businesses, oldest first
SELECT business_id, phone_number_id, phone, verified_name, quality, verified, registered, requested_name, allowed_to
FROM phone_number WHERE business_id = ANY($1::bigint[]) ORDER BY business_id, created_at, phone_number_id;

-- :templates the living templates of these names and languages
SELECT t.business_id, t.template_id, t.name, t.language, t.category, t.status, t.parameter_format, t.components,
       t.rejected_reason, t.quality, t.created_at, t.updated_at, t.options
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k(business_id, name, language)
JOIN template t ON t.business_id = k.business_id AND t.name = k.name AND t.language = k.language AND t.deleted_at IS NULL;

-- :media what these ids stand for, if their owner still has it
SELECT m.owner_id, m.media_id, encode(m.sha256, 'hex') AS sha256, m.mime, m.size, m.filename, m.width, m.height, m.animated,
       m.created_at, m.expires_at
FROM unnest($1::bigint[], $2::bigint[]) AS k(owner_id, media_id)
JOIN media m ON m.owner_id = k.owner_id AND m.media_id = k.media_id AND m.deleted_at IS NULL
    AND (m.expires_at IS NULL OR m.expires_at > $3);

-- :messages messages and the furthest status each has reached
SELECT m.*, r.status
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, seq)
JOIN message m ON m.person_id = k.person_id AND m.seq = k.seq
LEFT JOIN LATERAL (
    SELECT max(status) AS status FROM receipt WHERE person_id = m.person_id AND seq = m.seq
) r ON true;

-- :known_keys answers that idempotency keys already got
SELECT n.business_id, n.key, n.message_id, n.body_hash
FROM unnest($1::bigint[], $2::text[]) AS k(business_id, key)
JOIN known_key n ON n.business_id = k.business_id AND n.key = k.key;

-- :client_keys messages that devices already sent under these keys
SELECT m.person_id, m.client_key, m.seq
FROM unnest($1::bigint[], $2::text[]) AS k(person_id, client_key)
JOIN message m ON m.person_id = k.person_id AND m.client_key = k.client_key;

-- :unread business messages up to a seq that have no read receipt
SELECT m.*, r.status
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS k(person_id, business_id, upto)
LEFT JOIN conversation c ON c.person_id = k.person_id AND c.business_id = k.business_id
JOIN message m ON m.person_id = k.person_id AND m.business_id = k.business_id
    AND m.seq > coalesce(c.read_seq, 0) AND m.seq <= k.upto AND m.direction = 1
LEFT JOIN LATERAL (
    SELECT max(status) AS status FROM receipt WHERE person_id = m.person_id AND seq = m.seq
) r ON true;

-- :undelivered business messages of these chats that no device has
SELECT m.*, NULL::smallint AS status
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, business_id)
JOIN message m ON m.person_id = k.person_id AND m.business_id = k.business_id AND m.direction = 1
WHERE NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq);

-- :expired business messages no device has whose time ended in the range
SELECT m.*, NULL::smallint AS status
FROM message m
WHERE m.expires_at > $1 AND m.expires_at <= $2
  AND NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq)
ORDER BY m.expires_at, m.person_id, m.seq LIMIT $3;

-- :lock_sweep how far a sweep has come, unless another process is at it
SELECT swept_to FROM sweep WHERE name = $1 FOR UPDATE SKIP LOCKED;

-- :events_after what each device has missed, messages with their status now
SELECT k.ord, e.*
FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::int[]) AS k(ord, person_id, after, at_most)
CROSS JOIN LATERAL (
    SELECT * FROM (
        (SELECT m.person_id, m.seq, m.business_id, m.phone_number_id, m.direction, m.content, m.reply_to_seq, m.category,
                m.billable, m.pricing_type, m.price_micros, m.rate_version, m.opaque, m.client_key, m.at, m.expires_at,
                m.held_number, m.conversation,
                (SELECT max(r.status) FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq) AS status,
                NULL::text AS type, NULL::text AS body
         FROM message m WHERE m.person_id = k.person_id AND m.seq > k.after ORDER BY m.seq LIMIT k.at_most)
        UNION ALL
        (SELECT c.person_id, c.seq, c.business_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                c.at, NULL, NULL, NULL, NULL, c.type, c.body
         FROM change c WHERE c.person_id = k.person_id AND c.seq > k.after ORDER BY c.seq LIMIT k.at_most)
    ) both_kinds ORDER BY seq LIMIT k.at_most
) e
ORDER BY k.ord, e.seq;
