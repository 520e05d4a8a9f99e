-- :add_registration a number nobody registered here before
INSERT INTO number_registration (business_id, phone_number_id, pin_tries_left, code_tries_left, registered_at)
VALUES ($1, $2, $3, 0, '{}') ON CONFLICT DO NOTHING;

-- :lock_registration a number's code and PIN, locked
SELECT business_id, phone_number_id, pin_hash, pin_tries_left, pin_tried_at, code_hash, code_tries_left, code_sent_at,
       registered_at, region
FROM number_registration WHERE business_id = $1 AND phone_number_id = $2 FOR UPDATE;

-- :put_registration what changed about its code and PIN
UPDATE number_registration SET pin_hash = $3, pin_tries_left = $4, pin_tried_at = $5, code_hash = $6, code_tries_left = $7,
    code_sent_at = $8, registered_at = $9, region = $10
WHERE business_id = $1 AND phone_number_id = $2;

-- :put_number_state whether a number is verified and may send
UPDATE phone_number SET verified = $3, registered = $4 WHERE business_id = $1 AND phone_number_id = $2;

-- :put_allowed_to the only phones a test number writes to; null: it is none
UPDATE phone_number SET allowed_to = $3 WHERE business_id = $1 AND phone_number_id = $2;

-- :put_number_name the name people see, and the one that waits for the operator
UPDATE phone_number SET verified_name = $3, requested_name = $4 WHERE business_id = $1 AND phone_number_id = $2;

-- :put_account_name what an account is called
UPDATE business SET name = $2 WHERE business_id = $1;

-- :settings what a business set on its objects
SELECT object_id, name, body FROM setting WHERE business_id = $1;

-- :put_settings some of it changes
INSERT INTO setting (business_id, object_id, name, body, at)
SELECT $1, $2, k.name, k.body, $5 FROM unnest($3::text[], $4::text[]) AS k(name, body)
ON CONFLICT (business_id, object_id, name) DO UPDATE SET body = excluded.body, at = excluded.at;

-- :short_links a page of a number's links
SELECT business_id, code, phone_number_id, prefilled, created_at FROM short_link
WHERE business_id = $1 AND phone_number_id = $2 AND code > $3 ORDER BY code LIMIT $4;

-- :short_link one link
SELECT business_id, code, phone_number_id, prefilled, created_at FROM short_link WHERE business_id = $1 AND code = $2;

-- :count_short_links how many links a number has
SELECT count(*) FROM short_link WHERE business_id = $1 AND phone_number_id = $2;

-- :put_short_link a new link, or another first message for it
INSERT INTO short_link (business_id, code, phone_number_id, prefilled, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (business_id, code) DO UPDATE SET prefilled = excluded.prefilled;

-- :drop_short_link a link leads nowhere any more
DELETE FROM short_link WHERE business_id = $1 AND phone_number_id = $2 AND code = $3 RETURNING 1;

-- :put_upload a file that arrives in parts
INSERT INTO upload_session (business_id, upload_id, filename, mime, size, received, parts, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (business_id, upload_id) DO UPDATE SET received = excluded.received, parts = excluded.parts;

-- :lock_upload how far it has come, locked
SELECT business_id, upload_id, filename, mime, size, received, parts, created_at
FROM upload_session WHERE business_id = $1 AND upload_id = $2 FOR UPDATE;

-- :assigned_users who else may manage an account
SELECT business_id, user_id, tasks FROM assigned_user WHERE business_id = $1 ORDER BY user_id LIMIT 1000;

-- :put_assigned_user somebody may, or may something else
INSERT INTO assigned_user (business_id, user_id, tasks, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (business_id, user_id) DO UPDATE SET tasks = excluded.tasks, at = excluded.at;

-- :drop_assigned_user somebody may no more
DELETE FROM assigned_user WHERE business_id = $1 AND user_id = $2 RETURNING 1;

-- :figures messages of one business over time, counted by what they have in common
SELECT CASE $4::text WHEN 'MONTH' THEN date_trunc('month', m.at, 'UTC')
            WHEN 'DAY' THEN date_trunc('day', m.at, 'UTC')
            ELSE date_bin('30 minutes', m.at, timestamptz '2000-01-01 00:00:00+00') END AS start,
       n.phone, p.country, m.category, coalesce(m.pricing_type, 'regular') AS pricing_type, count(*) AS sent,
       count(r.person_id) AS delivered, coalesce(sum(m.price_micros) FILTER (WHERE r.person_id IS NOT NULL), 0)::bigint AS cost_micros
FROM message m
JOIN phone_number n ON n.business_id = m.business_id AND n.phone_number_id = m.phone_number_id
JOIN person p ON p.person_id = m.person_id
LEFT JOIN LATERAL (
    SELECT person_id FROM receipt WHERE person_id = m.person_id AND seq = m.seq AND status IN (2, 3) LIMIT 1
) r ON true
WHERE m.business_id = $1 AND m.direction = 1 AND m.at >= $2 AND m.at < $3
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;

-- :template_figures what became of the messages of these templates, by the day they were sent on
SELECT t.template_id, date_trunc('day', m.at, 'UTC') AS start, count(*) AS sent, count(r.arrived) AS delivered,
       count(*) FILTER (WHERE r.was_read) AS read,
       coalesce(sum(m.price_micros) FILTER (WHERE r.arrived), 0)::bigint AS cost_micros
FROM template t
JOIN message m ON m.business_id = t.business_id AND m.direction = 1 AND m.at >= $3 AND m.at < $4 AND m.at >= t.created_at
    AND m.category IN ('marketing', 'utility', 'authentication')
    AND m.content::jsonb ->> 'name' = t.name AND m.content::jsonb ->> 'language' = t.language
LEFT JOIN LATERAL (
    SELECT true AS arrived, bool_or(status = 3) AS was_read
    FROM receipt WHERE person_id = m.person_id AND seq = m.seq AND status IN (2, 3) HAVING count(*) > 0
) r ON true
WHERE t.business_id = $1 AND t.template_id = ANY($2::bigint[]) AND t.deleted_at IS NULL
GROUP BY 1, 2 ORDER BY 1, 2;

-- :click_figures which of their quick replies people tapped, by the day the template was sent on
SELECT t.template_id, date_trunc('day', m.at, 'UTC') AS start, a.content::jsonb ->> 'title' AS title, count(*) AS clicks
FROM template t
JOIN message m ON m.business_id = t.business_id AND m.direction = 1 AND m.at >= $3 AND m.at < $4 AND m.at >= t.created_at
    AND m.category IN ('marketing', 'utility', 'authentication')
    AND m.content::jsonb ->> 'name' = t.name AND m.content::jsonb ->> 'language' = t.language
JOIN message a ON a.person_id = m.person_id AND a.business_id = m.business_id AND a.direction = 2 AND a.reply_to_seq = m.seq
    AND a.content::jsonb ->> 'type' = 'choice' AND a.content::jsonb ->> 'kind' = 'template_button'
WHERE t.business_id = $1 AND t.template_id = ANY($2::bigint[]) AND t.deleted_at IS NULL
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- :complaint_figures who complained after a template, and the reason most reports name
SELECT c.template_id, count(DISTINCT c.person_id) AS complaints,
       mode() WITHIN GROUP (ORDER BY r.reason) AS reason
FROM complaint c
LEFT JOIN report r ON c.kind = 'report' AND r.person_id = c.person_id AND r.business_id = c.business_id AND r.at = c.at
WHERE c.business_id = $1 AND c.template_id = ANY($2::bigint[]) AND c.at >= $3 AND c.at < $4
GROUP BY c.template_id;

-- :count_created_templates templates somebody filed lately, deleted ones too
SELECT count(*) FROM template WHERE business_id = $1 AND created_at > $2;
