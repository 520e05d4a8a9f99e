-- :staff who has this email
SELECT email, business_id, name, password_hash, created_at FROM staff WHERE email = $1;

-- :put_staff someone may sign in, or has a new password
INSERT INTO staff (email, business_id, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (email) DO UPDATE SET business_id = excluded.business_id, name = excluded.name, password_hash = excluded.password_hash;

-- :add_session a session, or a sign-in link (its hash is made differently)
INSERT INTO staff_session (token_hash, email, created_at, expires_at) VALUES ($1, $2, $3, $4);

-- :session_staff whose session this is
SELECT s.email, s.business_id, s.name, s.password_hash, s.created_at
FROM staff_session t JOIN staff s ON s.email = t.email WHERE t.token_hash = $1 AND t.expires_at > $2;

-- :end_session a session ends; what is over goes with it
DELETE FROM staff_session WHERE token_hash = $1 OR expires_at <= $2 RETURNING token_hash = $1 AND expires_at > $2 AS live, email;

-- :wallet one wallet
SELECT business_id, currency, available_micros, held_micros, spent_micros FROM wallet WHERE business_id = $1;

-- :entries a page of a statement, newest first
SELECT j.at, j.person_id, j.seq, j.step, j.kind, j.amount_micros, j.rate_version, j.note, p.phone
FROM journal j LEFT JOIN person p ON p.person_id = j.person_id
WHERE j.business_id = $1 AND ($2::timestamptz IS NULL OR j.at >= $2) AND ($3::timestamptz IS NULL OR j.at < $3)
  AND ($4::timestamptz IS NULL OR (j.at, j.person_id, j.seq, j.step) < ($4, $5::bigint, $6::bigint, $7::smallint))
ORDER BY j.at DESC, j.person_id DESC, j.seq DESC, j.step DESC LIMIT $8;

-- :statement_closing what a statement's lines add up to, by the kind of each line
SELECT coalesce(sum(CASE kind WHEN 'top_up' THEN amount_micros WHEN 'void' THEN amount_micros
                              WHEN 'hold' THEN -amount_micros WHEN 'reversal' THEN -amount_micros ELSE 0 END), 0)::bigint AS available,
       coalesce(sum(CASE kind WHEN 'hold' THEN amount_micros WHEN 'post' THEN -amount_micros WHEN 'void' THEN -amount_micros
                              ELSE 0 END), 0)::bigint AS held,
       coalesce(sum(CASE kind WHEN 'post' THEN amount_micros ELSE 0 END), 0)::bigint AS spent
FROM journal j
WHERE j.business_id = $1 AND ($2::timestamptz IS NULL OR j.at < $2)
  AND ($3::timestamptz IS NULL OR (j.at, j.person_id, j.seq, j.step) < ($3, $4::bigint, $5::bigint, $6::smallint));

-- :listed_messages a page of business messages and of refusals, newest first
SELECT * FROM (
    (SELECT m.person_id, m.seq, m.at, coalesce(p.phone, 0) AS phone, coalesce(p.name, '') AS person_name, m.content AS content_json,
            '' AS content_type, m.category, m.billable, m.pricing_type, m.price_micros, m.rate_version,
            coalesce(r.status, 1::smallint) AS status, r.reason, m.held_number
     FROM message m
     LEFT JOIN person p ON p.person_id = m.person_id
     LEFT JOIN LATERAL (
         SELECT status, reason FROM receipt WHERE person_id = m.person_id AND seq = m.seq ORDER BY status DESC LIMIT 1
     ) r ON true
     WHERE m.business_id = $1 AND m.direction = 1
       AND ($2::timestamptz IS NULL OR (m.at, m.person_id, m.seq) < ($2, $3::bigint, $4::bigint))
       AND ($5::text IS NULL OR p.phone::text LIKE '%' || $5 || '%')
       AND ($6::bigint IS NULL OR (m.person_id = $6 AND m.seq = $7::bigint) OR ($6 = 0 AND m.held_number = $7))
       AND ($8::smallint IS NULL OR coalesce(r.status, 1) = $8) AND ($9::text IS NULL OR m.category = $9)
     ORDER BY m.at DESC, m.person_id DESC, m.seq DESC LIMIT $10)
    UNION ALL
    (SELECT 0, f.number, f.at, f.phone, '', NULL, f.content_type, f.category, false, NULL, 0, NULL, 9::smallint, f.reason, NULL
     FROM refusal f
     WHERE f.business_id = $1
       AND ($2::timestamptz IS NULL OR (f.at, 0, f.number) < ($2, $3::bigint, $4::bigint))
       AND ($5::text IS NULL OR f.phone::text LIKE '%' || $5 || '%')
       AND ($6::bigint IS NULL OR ($6 = 0 AND f.number = $7::bigint))
       AND ($8::smallint IS NULL OR $8 = 9) AND ($9::text IS NULL OR f.category = $9)
     ORDER BY f.at DESC, f.number DESC LIMIT $10)
) listed ORDER BY at DESC, person_id DESC, seq DESC LIMIT $10;

-- :receipts_of each status of one message
SELECT person_id, seq, status, reason, at FROM receipt WHERE person_id = $1 AND seq = $2 ORDER BY status;

-- :journal_of the transfers about one message
SELECT kind, amount_micros, at FROM journal WHERE business_id = $1 AND person_id = $2 AND seq = $3 ORDER BY step;

-- :listed_notices a page of the webhook log, newest first; what state each is in is read from its POSTs
SELECT n.number, n.person_id, n.field, n.fact AS fact_json, n.at, p.phone, n.number <= o.done_notice AS done,
       coalesce(w.attempts, 0) AS attempts, w.due_at
FROM outbox o
JOIN notice n ON n.business_id = o.business_id
LEFT JOIN notice_waiting w ON w.business_id = n.business_id AND w.number = n.number
LEFT JOIN person p ON p.person_id = n.person_id
WHERE o.business_id = $1 AND ($2::bigint IS NULL OR n.number >= $2) AND ($3::bigint IS NULL OR n.number <= $3)
  AND ($4::timestamptz IS NULL OR n.at >= $4) AND ($5::timestamptz IS NULL OR n.at < $5)
  AND ($6::text IS NULL OR n.field = $6)
  AND ($7::text IS NULL OR $7 IN (n.fact::jsonb ->> 'status', n.fact::jsonb ->> 'event', n.fact::jsonb ->> 'value',
                                  n.fact::jsonb -> 'value' ->> 'event', n.fact::jsonb ->> 'type'))
  AND ($8::text IS NULL OR p.phone::text LIKE '%' || $8 || '%')
  AND ($9::text IS NULL OR n.fact::jsonb ->> 'message_id' = $9
       OR (n.person_id = $10 AND (n.fact::jsonb ->> 'seq')::bigint = $11))
  AND ($12::text IS NULL OR CASE
        WHEN n.number > o.done_notice THEN $12 = 'queued'
        WHEN w.number IS NOT NULL THEN $12 = 'waiting'
        WHEN $12 = 'done' THEN true
        ELSE $12 = coalesce((
            SELECT CASE WHEN a.http_status BETWEEN 200 AND 299 THEN 'acknowledged' ELSE 'given_up' END
            FROM notice_attempt a
            WHERE a.business_id = n.business_id AND a.last_number BETWEEN n.number AND n.number + $13::bigint AND a.first_number <= n.number
            ORDER BY a.attempt DESC LIMIT 1), 'unsubscribed')
      END)
ORDER BY n.number DESC LIMIT $14;

-- :notice_numbered one notice as it was written
SELECT business_id, number, field, phone_number_id, person_id, fact, at FROM notice WHERE business_id = $1 AND number = $2;

-- :notices_of the notices about one message, oldest first
SELECT n.number, n.person_id, n.field, n.fact AS fact_json, n.at, p.phone, n.number <= o.done_notice AS done,
       coalesce(w.attempts, 0) AS attempts, w.due_at
FROM outbox o
JOIN notice n ON n.business_id = o.business_id
LEFT JOIN notice_waiting w ON w.business_id = n.business_id AND w.number = n.number
LEFT JOIN person p ON p.person_id = n.person_id
WHERE o.business_id = $1 AND n.at >= $4 AND n.person_id IS NOT DISTINCT FROM $3::bigint
  AND (n.fact::jsonb ->> 'message_id' = $2 OR (n.fact::jsonb ->> 'seq')::bigint = $5)
ORDER BY n.number LIMIT 20;

-- :attempts_of the POSTs that carried any of these notices; a POST that carried one ends less than $3 numbers after it
SELECT DISTINCT ON (a.attempt) a.first_number, a.last_number, a.url, a.http_status, a.error, a.said, a.took_ms, a.at
FROM unnest($2::bigint[]) AS u(number)
JOIN notice_attempt a ON a.business_id = $1 AND a.last_number BETWEEN u.number AND u.number + $3::bigint AND a.first_number <= u.number
ORDER BY a.attempt LIMIT 20000;

-- :resend notices the worker has passed are due again
INSERT INTO notice_waiting (business_id, number, attempts, due_at)
SELECT n.business_id, n.number, 0, $3
FROM notice n JOIN outbox o ON o.business_id = n.business_id
WHERE n.business_id = $1 AND n.number = ANY($2::bigint[]) AND n.number <= o.done_notice
ON CONFLICT (business_id, number) DO UPDATE SET due_at = excluded.due_at
RETURNING number;

-- :tokens the access tokens of a business, newest first
SELECT token_hash, name, created_at, ended_at FROM access_token WHERE business_id = $1 ORDER BY created_at DESC, token_hash;

-- :add_console_token a new access token
INSERT INTO access_token (token_hash, business_id, name, created_at) VALUES ($1, $2, $3, $4);

-- :end_console_token it stops working now
UPDATE access_token SET ended_at = $3 WHERE business_id = $1 AND token_hash = $2 AND ended_at IS NULL RETURNING token_hash;

-- :consents_of the evidence between a person and a business
SELECT act, category, wording, wording_version, source, actor, given_at, recorded_at
FROM consent WHERE person_id = $1 AND business_id = $2 ORDER BY number DESC LIMIT 200;

-- :own_templates the templates of one business, newest first
SELECT business_id, template_id, name, language, category, status, parameter_format, components, rejected_reason, quality,
       created_at, updated_at
FROM template WHERE business_id = $1 AND deleted_at IS NULL ORDER BY updated_at DESC, template_id LIMIT 1000;

-- :business_counts businesses with their wallets and what happened to their messages lately
WITH sent AS (
    SELECT m.business_id, count(*) AS sent, count(r.status) FILTER (WHERE r.status IN (2, 3)) AS delivered,
           count(r.status) FILTER (WHERE r.status = 9) AS failed
    FROM message m
    LEFT JOIN LATERAL (SELECT max(status) AS status FROM receipt WHERE person_id = m.person_id AND seq = m.seq) r ON true
    WHERE m.direction = 1 AND m.at >= $2
    GROUP BY m.business_id
), refused AS (
    SELECT business_id, count(*) AS refused FROM refusal WHERE at >= $2 GROUP BY business_id
), reported AS (
    SELECT business_id, count(*) AS reports FROM report WHERE handled_at IS NULL GROUP BY business_id
)
SELECT b.business_id, b.waba_id, b.app_id, b.app_secret, b.name, b.about, b.verified, b.currency, b.profile, b.created_at,
       n.phone, coalesce(n.quality, 'UNKNOWN') AS quality, coalesce(w.available_micros, 0) AS available_micros,
       coalesce(w.held_micros, 0) AS held_micros, coalesce(w.spent_micros, 0) AS spent_micros,
       coalesce(s.sent, 0) AS sent, coalesce(s.delivered, 0) AS delivered, coalesce(s.failed, 0) AS failed,
       coalesce(f.refused, 0) AS refused, coalesce(p.reports, 0) AS reports
FROM business b
LEFT JOIN wallet w ON w.business_id = b.business_id
LEFT JOIN LATERAL (
    SELECT phone, quality FROM phone_number WHERE business_id = b.business_id ORDER BY created_at, phone_number_id LIMIT 1
) n ON true
LEFT JOIN sent s ON s.business_id = b.business_id
LEFT JOIN refused f ON f.business_id = b.business_id
LEFT JOIN reported p ON p.business_id = b.business_id
WHERE $1 = '' OR b.name ILIKE '%' || $1 || '%' OR b.business_id::text = $1 OR b.waba_id::text = $1 OR n.phone::text LIKE '%' || $1 || '%'
ORDER BY b.created_at DESC, b.business_id LIMIT $3;

-- :set_verified the operator knows who they are, or no longer does
UPDATE business SET verified = $2 WHERE business_id = $1 RETURNING business_id;

-- :templates_in templates in these states, the longest waiting first
SELECT b.name AS business_name, b.verified, t.business_id, t.template_id, t.name, t.language, t.category, t.status,
       t.parameter_format, t.components, t.rejected_reason, t.quality, t.created_at, t.updated_at
FROM template t JOIN business b ON b.business_id = t.business_id
WHERE t.status = ANY($1::text[]) AND t.deleted_at IS NULL ORDER BY t.updated_at, t.template_id LIMIT $2;

-- :reports what people reported, the oldest open first
SELECT r.person_id, r.business_id, r.number, b.name AS business_name, r.reason, m.content AS content_json, r.at, r.handled_at
FROM report r
JOIN business b ON b.business_id = r.business_id
LEFT JOIN message m ON m.person_id = r.person_id AND m.seq = r.seq AND m.business_id = r.business_id
WHERE (r.handled_at IS NOT NULL) = $3 AND ($1::text IS NULL OR r.reason = $1) AND ($2::bigint IS NULL OR r.business_id = $2)
ORDER BY r.at, r.person_id, r.number LIMIT $4;

-- :handle_report an operator has dealt with it
UPDATE report SET handled_at = $4 WHERE person_id = $1 AND business_id = $2 AND number = $3 AND handled_at IS NULL RETURNING number;

-- :health what an operator looks at first
SELECT (SELECT count(*) FROM person) AS people,
       (SELECT count(*) FROM device WHERE ended_at IS NULL) AS devices,
       (SELECT count(*) FROM business) AS businesses,
       (SELECT count(*) FROM message WHERE at > $1::timestamptz - interval '1 hour') AS messages_last_hour,
       (SELECT count(*) FROM message WHERE at > $1::timestamptz - interval '1 day') AS messages_last_day,
       u.undelivered, u.oldest_undelivered_at,
       (SELECT coalesce(sum(last_notice - done_notice), 0)::bigint FROM outbox) AS notices_fresh,
       w.notices_waiting, w.oldest_waiting_at,
       (SELECT count(*) FROM template WHERE status = 'PENDING' AND deleted_at IS NULL) AS templates_pending,
       (SELECT count(*) FROM report WHERE handled_at IS NULL) AS reports_open,
       pg_database_size(current_database()) AS database_size
FROM (SELECT count(*) AS undelivered, min(m.at) AS oldest_undelivered_at FROM message m
      WHERE m.direction = 1 AND NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq)) u,
     (SELECT count(*) AS notices_waiting, min(n.at) AS oldest_waiting_at
      FROM notice_waiting w JOIN notice n ON n.business_id = w.business_id AND n.number = w.number) w;
