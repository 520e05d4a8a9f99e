-- :trust how far these templates are trusted
SELECT p.business_id, p.template_id, p.gate, p.sent, p.full_at
FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, template_id)
JOIN pacing p ON p.business_id = k.business_id AND p.template_id = k.template_id;

-- :put_trust how far templates are trusted after a batch or a look
INSERT INTO pacing (business_id, template_id, gate, sent, full_at, began_at)
SELECT k.*, $6 FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::int[], $5::timestamptz[]) AS k
ON CONFLICT (business_id, template_id) DO UPDATE SET gate = excluded.gate, sent = excluded.sent, full_at = excluded.full_at;

-- :pace_again these templates are paced from the beginning; those that are paced now too, unless $4 gates must be behind them
INSERT INTO pacing AS p (business_id, template_id, gate, sent, full_at, began_at)
SELECT k.*, 0, 0, NULL, $3 FROM unnest($1::bigint[], $2::bigint[]) AS k
ON CONFLICT (business_id, template_id)
DO UPDATE SET gate = excluded.gate, sent = excluded.sent, full_at = excluded.full_at, began_at = excluded.began_at
WHERE p.gate >= $4;

-- :append_held messages that wait
INSERT INTO held (business_id, number, template_id, person_id, phone_number_id, content, category, billable, pricing_type,
                  price_micros, rate_version, transfer, reply_to_seq, opaque, conversation, at, expires_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::boolean[],
                     $9::text[], $10::bigint[], $11::text[], $12::bigint[], $13::bigint[], $14::text[], $15::text[],
                     $16::timestamptz[], $17::timestamptz[]);

-- :gates_waiting templates whose group is complete or that messages wait for, with what happened since their pacing began
SELECT t.business_id, t.template_id, t.name, t.language, t.category,
       CASE WHEN t.deleted_at IS NULL THEN t.status ELSE 'DELETED' END AS status, t.quality,
       coalesce(q.pauses, 0) AS pauses, q.paused_until, coalesce(h.delivered, 0) AS delivered, coalesce(h.read, 0) AS read,
       c.complaints, p.gate, p.sent, p.full_at
FROM (
    SELECT business_id, template_id FROM held WHERE ended_at IS NULL
    UNION SELECT business_id, template_id FROM pacing WHERE full_at IS NOT NULL ORDER BY 1, 2 LIMIT $1
) w
JOIN template t ON t.business_id = w.business_id AND t.template_id = w.template_id
JOIN pacing p ON p.business_id = w.business_id AND p.template_id = w.template_id
LEFT JOIN template_rest q ON q.business_id = w.business_id AND q.template_id = w.template_id
LEFT JOIN LATERAL (
    SELECT sum(delivered)::bigint AS delivered, sum(read)::bigint AS read FROM heard
    WHERE business_id = w.business_id AND template_id = w.template_id AND hour >= date_trunc('hour', p.began_at, 'UTC')
) h ON true
CROSS JOIN LATERAL (
    SELECT count(DISTINCT person_id) AS complaints FROM complaint
    WHERE business_id = w.business_id AND template_id = w.template_id AND at >= p.began_at
) c
ORDER BY 1, 2;

-- :held_next the longest waiting messages of these templates, at most so many of each
SELECT h.business_id, h.number, h.template_id, h.person_id, h.phone_number_id, h.content AS content_json, h.category, h.billable,
       h.pricing_type, h.price_micros, h.rate_version, h.transfer, h.reply_to_seq, h.opaque, h.conversation, h.at, h.expires_at
FROM unnest($1::bigint[], $2::bigint[], $3::int[]) AS k(business_id, template_id, at_most)
CROSS JOIN LATERAL (
    SELECT * FROM held
    WHERE business_id = k.business_id AND template_id = k.template_id AND ended_at IS NULL ORDER BY number LIMIT k.at_most
) h
ORDER BY h.business_id, h.number;

-- :end_held they left (and stand where in the person's stream), or were dropped
UPDATE held h SET ended_at = $4, seq = k.seq
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS k(business_id, number, seq)
WHERE h.business_id = k.business_id AND h.number = k.number;

-- :held_places where these stand that were held; null: nowhere
SELECT h.business_id, h.number, h.person_id, h.seq, h.ended_at IS NOT NULL AS ended
FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, number)
JOIN held h ON h.business_id = k.business_id AND h.number = k.number;
