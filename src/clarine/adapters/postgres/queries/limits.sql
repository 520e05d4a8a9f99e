-- :between what policy and limits must know about each pair, over all numbers of the business
SELECT k.person_id, k.business_id, c.window_until, c.blocked, c.stopped, c.marketing_consent, c.utility_consent, c.read_seq,
       c.entry_answer_by, c.entry_until, p.phone_number_id, p.paid_until, p.reached_s
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, business_id)
LEFT JOIN conversation c ON c.person_id = k.person_id AND c.business_id = k.business_id
LEFT JOIN pair p ON p.person_id = k.person_id AND p.business_id = k.business_id;

-- :sending the counts of businesses as of now, and their numbers' buckets and free service messages used this month
SELECT k.business_id, k.phone_number_id, coalesce(s.tier, CASE WHEN b.verified THEN 'TIER_2K' ELSE $4 END) AS tier,
       (coalesce(s.reached, 0) - coalesce((
           SELECT sum(r.people) FROM reached r
           WHERE r.business_id = s.business_id AND r.second > s.counted_s - 86400 AND r.second <= $3 - 86400), 0))::int AS reached,
       greatest(coalesce(s.counted_s, 0), $3) AS counted_s, s.frozen_at IS NOT NULL AS frozen, s.locked_at IS NOT NULL AS locked,
       EXISTS (SELECT FROM shut_out x WHERE x.business_id = k.business_id) AS shuts_out, p.paid_until, coalesce(a.used, 0) AS used
FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, phone_number_id)
JOIN business b ON b.business_id = k.business_id
LEFT JOIN sending s ON s.business_id = k.business_id
LEFT JOIN pace p ON p.business_id = k.business_id AND p.phone_number_id = k.phone_number_id
LEFT JOIN service_allowance a ON a.business_id = k.business_id AND a.phone_number_id = k.phone_number_id
    AND a.month = date_trunc('month', to_timestamp($3) AT TIME ZONE 'UTC')::date;

-- :marketing_sent the marketing that these people got lately, from anyone
SELECT m.person_id, m.business_id, m.at
FROM message m WHERE m.person_id = ANY($1::bigint[]) AND m.category = 'marketing' AND m.at > $2;

-- :put_pairs buckets of pairs, and when each person was last reached; k.shape as with messages
INSERT INTO pair (person_id, business_id, phone_number_id, paid_until, reached_s)
SELECT k.person_id, ($3::bigint[])[k.shape], ($4::bigint[])[k.shape], ($5::timestamptz[])[k.shape], ($6::bigint[])[k.shape]
FROM unnest($1::bigint[], $2::int[]) AS k(person_id, shape)
ON CONFLICT (person_id, business_id, phone_number_id)
DO UPDATE SET paid_until = excluded.paid_until, reached_s = excluded.reached_s;

-- :put_paces buckets of numbers
INSERT INTO pace (business_id, phone_number_id, paid_until)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[])
ON CONFLICT (business_id, phone_number_id) DO UPDATE SET paid_until = excluded.paid_until;

-- :lock_business nothing is sent from now on; null when it is so already
INSERT INTO sending AS s (business_id, tier, reached, counted_s, review_at, locked_at)
SELECT business_id, CASE WHEN verified THEN 'TIER_2K' ELSE $3 END, 0, 0, $2, $2 FROM business WHERE business_id = $1
ON CONFLICT (business_id) DO UPDATE SET locked_at = excluded.locked_at WHERE s.locked_at IS NULL RETURNING 1;

-- :unlock_business it may send again; null when it might before
UPDATE sending SET locked_at = NULL WHERE business_id = $1 AND locked_at IS NOT NULL RETURNING 1;

-- :move_reached the seconds in which people were last reached
INSERT INTO reached AS r (business_id, second, people)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[])
ON CONFLICT (business_id, second) DO UPDATE SET people = r.people + excluded.people;

-- :put_sending counts of businesses
INSERT INTO sending (business_id, tier, reached, counted_s, review_at)
SELECT k.*, $5 FROM unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[]) AS k
ON CONFLICT (business_id) DO UPDATE SET reached = excluded.reached, counted_s = excluded.counted_s;

-- :complained_of the number and template of message $3 that a person got from a business, else of the last one
SELECT phone_number_id, content::jsonb->>'type' AS type, content::jsonb->>'name' AS name, content::jsonb->>'language' AS language
FROM message WHERE person_id = $1 AND business_id = $2 AND direction = 1 AND ($3::bigint IS NULL OR seq = $3)
ORDER BY seq DESC LIMIT 1;

-- :append_complaint a person reported or blocked a business, for a message of this number and template
INSERT INTO complaint (business_id, at, person_id, kind, phone_number_id, template_id)
SELECT $1, $4, $2, $3, $5, (
    SELECT t.template_id FROM template t
    WHERE t.business_id = $1 AND t.deleted_at IS NULL AND t.name = $6::text AND t.language = $7::text)
ON CONFLICT DO NOTHING;

-- :count_heard receipts become counts per template, hour and number
INSERT INTO heard AS h (business_id, template_id, hour, phone_number_id, delivered, read)
SELECT m.business_id, coalesce(t.template_id, 0), date_trunc('hour', r.at, 'UTC'), m.phone_number_id,
       count(*) FILTER (WHERE r.status = 2 OR NOT EXISTS (
           SELECT FROM receipt d WHERE d.person_id = r.person_id AND d.seq = r.seq AND d.status = 2)),
       count(*) FILTER (WHERE r.status = 3)
FROM receipt r
JOIN message m ON m.person_id = r.person_id AND m.seq = r.seq AND m.direction = 1
LEFT JOIN template t ON t.business_id = m.business_id AND t.deleted_at IS NULL
    AND t.name = CASE WHEN m.category <> 'service' THEN m.content::jsonb->>'name' END
    AND t.language = CASE WHEN m.category <> 'service' THEN m.content::jsonb->>'language' END
WHERE r.at > $1 AND r.at <= $2 AND r.status IN (2, 3)
GROUP BY 1, 2, 3, 4
ON CONFLICT (business_id, template_id, hour, phone_number_id)
DO UPDATE SET delivered = h.delivered + excluded.delivered, read = h.read + excluded.read;

-- :due_reviews businesses somebody complained about, then those whose time has come
SELECT business_id FROM (
    SELECT business_id, 0 AS rank, min(at) AS at FROM complaint WHERE at > $1 AND at <= $2 GROUP BY business_id
    UNION ALL
    SELECT business_id, 1, review_at FROM sending WHERE review_at <= $3
) due GROUP BY business_id ORDER BY min(rank), min(at), business_id LIMIT $4;

-- :templates_heard templates with what happened since they were last answered for
SELECT t.business_id, t.template_id, t.name, t.language, t.category, t.status, t.quality, coalesce(q.pauses, 0) AS pauses,
       q.paused_until, coalesce(h.delivered, 0) AS delivered, coalesce(h.read, 0) AS read, c.complaints
FROM template t
LEFT JOIN template_rest q ON q.business_id = t.business_id AND q.template_id = t.template_id
LEFT JOIN LATERAL (
    SELECT sum(delivered)::bigint AS delivered, sum(read)::bigint AS read FROM heard
    WHERE business_id = t.business_id AND template_id = t.template_id
      AND hour >= date_trunc('hour', greatest($2, q.rated_from), 'UTC')
) h ON true
CROSS JOIN LATERAL (
    SELECT count(DISTINCT person_id) AS complaints FROM complaint
    WHERE business_id = t.business_id AND template_id = t.template_id AND at > greatest($2, q.rated_from)
) c
WHERE t.business_id = ANY($1::bigint[]) AND t.deleted_at IS NULL AND t.status IN ('APPROVED', 'PAUSED')
ORDER BY t.business_id, t.template_id;

-- :numbers_heard numbers with what happened lately
SELECT n.business_id, n.phone_number_id, n.phone, n.quality, coalesce(h.delivered, 0) AS delivered, coalesce(h.read, 0) AS read,
       c.complaints
FROM phone_number n
LEFT JOIN LATERAL (
    SELECT sum(delivered)::bigint AS delivered, sum(read)::bigint AS read FROM heard
    WHERE business_id = n.business_id AND phone_number_id = n.phone_number_id AND hour >= date_trunc('hour', $2, 'UTC')
) h ON true
CROSS JOIN LATERAL (
    SELECT count(DISTINCT person_id) AS complaints FROM complaint
    WHERE business_id = n.business_id AND phone_number_id = n.phone_number_id AND at > $2
) c
WHERE n.business_id = ANY($1::bigint[]) ORDER BY n.business_id, n.phone_number_id;

-- :standings what decides about tiers and freezes
SELECT b.business_id, coalesce(s.tier, CASE WHEN b.verified THEN 'TIER_2K' ELSE $4 END) AS tier, b.verified,
       (SELECT coalesce(sum(people), 0)::bigint FROM reached r
        WHERE r.business_id = b.business_id AND r.second > extract(epoch FROM $2::timestamptz)::bigint - 7 * 86400) AS reached_7_days,
       (SELECT coalesce(sum(people), 0)::bigint FROM reached r
        WHERE r.business_id = b.business_id AND r.second > extract(epoch FROM $2::timestamptz)::bigint - 30 * 86400) AS reached_30_days,
       (SELECT coalesce(sum(delivered), 0)::bigint FROM heard h
        WHERE h.business_id = b.business_id AND h.template_id > 0 AND h.hour > $2 - interval '30 days') AS delivered_30_days,
       s.red_since, s.frozen_at,
       (SELECT count(DISTINCT person_id) FROM complaint c
        WHERE c.business_id = b.business_id AND c.kind = 'report' AND c.at > greatest($3, s.lifted_at)) AS reports
FROM business b LEFT JOIN sending s ON s.business_id = b.business_id
WHERE b.business_id = ANY($1::bigint[]) ORDER BY b.business_id;

-- :put_reviewed businesses after their review
INSERT INTO sending (business_id, tier, reached, counted_s, red_since, frozen_at, review_at)
SELECT k.business_id, k.tier, 0, 0, k.red_since, k.frozen_at, k.review_at
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
     AS k(business_id, tier, red_since, frozen_at, review_at)
ON CONFLICT (business_id) DO UPDATE SET
    tier = excluded.tier, red_since = excluded.red_since, frozen_at = excluded.frozen_at, review_at = excluded.review_at;

-- :forget_counts counts that no rule looks back to; people stay until sending.reached counts without them
WITH forgotten AS (
    DELETE FROM reached r USING sending s
    WHERE r.business_id = ANY($1::bigint[]) AND s.business_id = r.business_id
      AND r.second < extract(epoch FROM $2::timestamptz)::bigint AND r.second <= s.counted_s - 86400
)
DELETE FROM heard WHERE business_id = ANY($1::bigint[]) AND hour < $2;

-- :put_rests pauses of templates
INSERT INTO template_rest (business_id, template_id, pauses, paused_until, rated_from)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::timestamptz[], $5::timestamptz[])
ON CONFLICT (business_id, template_id) DO UPDATE SET
    pauses = excluded.pauses, paused_until = excluded.paused_until, rated_from = excluded.rated_from;

-- :rate_templates quality of templates, and their status with it
UPDATE template t SET quality = k.quality, status = k.status, updated_at = CASE WHEN t.status = k.status THEN t.updated_at ELSE $5 END
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS k(business_id, template_id, quality, status)
WHERE t.business_id = k.business_id AND t.template_id = k.template_id AND t.status IN ('APPROVED', 'PAUSED');

-- :rate_numbers quality of numbers
UPDATE phone_number n SET quality = k.quality
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS k(business_id, phone_number_id, quality)
WHERE n.business_id = k.business_id AND n.phone_number_id = k.phone_number_id;

-- :lift_freeze marketing may go on; the reports so far are answered for
UPDATE sending SET frozen_at = NULL, lifted_at = $2 WHERE business_id = $1 AND frozen_at IS NOT NULL RETURNING 1;
