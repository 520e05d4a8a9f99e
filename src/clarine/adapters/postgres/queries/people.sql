-- :put_code a fresh sign-in code, unless one was sent a moment ago or too many were sent within the hour
INSERT INTO sign_in_code AS c (phone, code_hash, tries_left, sent_at, expires_at, hour_from, hour_codes)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (phone) DO UPDATE SET
    code_hash = excluded.code_hash, tries_left = excluded.tries_left, sent_at = excluded.sent_at,
    expires_at = excluded.expires_at,
    hour_from = CASE WHEN c.hour_from <= $9 THEN excluded.hour_from ELSE c.hour_from END,
    hour_codes = CASE WHEN c.hour_from <= $9 THEN 1 ELSE c.hour_codes + 1 END
WHERE c.sent_at <= $8 AND (c.hour_from <= $9 OR c.hour_codes < $10)
RETURNING phone;

-- :lock_code the last code of a number
SELECT phone, code_hash, tries_left, sent_at, expires_at, hour_from, hour_codes
FROM sign_in_code WHERE phone = $1 FOR UPDATE;

-- :use_code a try was made, or the code has done its work
UPDATE sign_in_code SET tries_left = $2 WHERE phone = $1;

-- :claim_phone the first who signs in with a number has it
INSERT INTO phone_directory (phone, person_id) VALUES ($1, $2) ON CONFLICT (phone) DO NOTHING RETURNING person_id;

-- :owner_of_phone who has a number
SELECT person_id FROM phone_directory WHERE phone = $1;

-- :add_person a new person
INSERT INTO person (person_id, phone, country, name, language, created_at) VALUES ($1, $2, $3, $4, $5, $6);

-- :add_inbox a new person's stream, which is empty
INSERT INTO inbox (person_id, last_seq) VALUES ($1, 0);

-- :put_profile what the person changed about themselves
UPDATE person SET name = $2, language = $3 WHERE person_id = $1;

-- :devices where a person is signed in, the device seen last first
SELECT person_id, device_id, token_hash, name, created_at, seen_at
FROM device WHERE person_id = $1 AND ended_at IS NULL ORDER BY seen_at DESC, device_id;

-- :living those of these devices that are signed in, and how far their people's streams go
SELECT d.person_id, d.device_id, d.token_hash, d.seen_at, i.last_seq
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, device_id)
JOIN device d ON d.person_id = k.person_id AND d.device_id = k.device_id AND d.ended_at IS NULL
JOIN inbox i ON i.person_id = k.person_id;

-- :add_device a device signed in
INSERT INTO device (person_id, device_id, token_hash, name, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6);

-- :see_devices when these devices were last seen
UPDATE device d SET seen_at = $3 FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, device_id)
WHERE d.person_id = k.person_id AND d.device_id = k.device_id;

-- :end_devices devices are signed out
UPDATE device SET ended_at = $3 WHERE person_id = $1 AND device_id = ANY($2::bigint[]) AND ended_at IS NULL
RETURNING device_id;

-- :chats a person's last seq and chats, in one statement so that all of it is of one instant
WITH RECURSIVE steps AS (
    (SELECT m.business_id FROM message m WHERE m.person_id = $1 ORDER BY m.business_id LIMIT 1)
    UNION ALL
    SELECT (SELECT m.business_id FROM message m WHERE m.person_id = $1 AND m.business_id > s.business_id
            ORDER BY m.business_id LIMIT 1)
    FROM steps s WHERE s.business_id IS NOT NULL
), known AS (
    SELECT business_id FROM steps WHERE business_id IS NOT NULL
    UNION SELECT business_id FROM conversation WHERE person_id = $1
)
SELECT i.last_seq, k.business_id AS chat_id, c.window_until, c.blocked, c.stopped, c.marketing_consent, c.utility_consent,
       c.read_seq, u.unread, l.*
FROM inbox i
LEFT JOIN known k ON true
LEFT JOIN conversation c ON c.person_id = i.person_id AND c.business_id = k.business_id
LEFT JOIN LATERAL (
    SELECT m.*, (SELECT max(r.status) FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq) AS status
    FROM message m
    WHERE m.person_id = i.person_id AND m.business_id = k.business_id
      AND NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq AND r.status = 9)
    ORDER BY m.seq DESC LIMIT 1
) l ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS unread FROM message m
    WHERE m.person_id = i.person_id AND m.business_id = k.business_id AND m.seq > coalesce(c.read_seq, 0)
      AND m.direction = 1 AND m.content NOT LIKE '%"type":"reaction"}'
      AND NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq AND r.status = 9)
) u ON true
WHERE i.person_id = $1
ORDER BY l.seq DESC NULLS LAST, k.business_id LIMIT $2;

-- :last_seq how far a person's stream goes
SELECT last_seq FROM inbox WHERE person_id = $1;

-- :thread the messages of one chat that stand, newest first
SELECT m.*, (SELECT max(r.status) FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq) AS status
FROM message m
WHERE m.person_id = $1 AND m.business_id = $2 AND m.seq < $3
  AND NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq AND r.status = 9)
ORDER BY m.seq DESC LIMIT $4;

-- :unread_counts business messages beyond the read marks; a reaction is always the last key of its JSON
SELECT k.person_id, k.business_id, count(m.seq) AS unread
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, business_id)
LEFT JOIN conversation c ON c.person_id = k.person_id AND c.business_id = k.business_id
LEFT JOIN message m ON m.person_id = k.person_id AND m.business_id = k.business_id AND m.direction = 1
    AND m.seq > coalesce(c.read_seq, 0) AND m.content NOT LIKE '%"type":"reaction"}'
    AND NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq AND r.status = 9)
GROUP BY k.person_id, k.business_id;

-- :consents_of_pair the evidence between one person and one business, newest first
SELECT act, category, wording, wording_version, source, actor, given_at
FROM consent WHERE person_id = $1 AND business_id = $2 ORDER BY number DESC LIMIT $3;

-- :find_businesses businesses a person may start a chat with
SELECT b.business_id, b.waba_id, b.app_id, b.app_secret, b.name, b.about, b.verified, b.currency, b.profile, b.created_at
FROM business b
WHERE EXISTS (SELECT FROM phone_number n WHERE n.business_id = b.business_id
              AND (b.name ILIKE $1 OR n.verified_name ILIKE $1 OR n.phone = $2))
ORDER BY b.verified DESC, length(b.name), b.name, b.business_id LIMIT $3;
