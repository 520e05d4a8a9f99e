-- :messages_seen the last messages, refusals and messages that wait that fit, newest first, with every status
SELECT * FROM (
    (SELECT m.person_id, m.seq, m.business_id, m.phone_number_id, p.phone, m.direction = 1 AS to_person,
            m.content::json->>'type' AS type, m.content AS content_json, m.category, m.price_micros, m.opaque, m.at,
            m.held_number,
            array(SELECT r.status FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq ORDER BY r.at, r.status) AS moved,
            array(SELECT r.reason FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq ORDER BY r.at, r.status) AS reasons,
            array(SELECT r.at FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq ORDER BY r.at, r.status) AS moved_at
     FROM message m JOIN person p ON p.person_id = m.person_id
     WHERE ($1::bigint IS NULL OR p.phone = $1) AND ($2::bigint IS NULL OR m.business_id = $2)
       AND ($3::boolean IS NULL OR $3 = (m.direction = 1))
     ORDER BY m.at DESC, m.person_id DESC, m.seq DESC LIMIT $4)
    UNION ALL
    (SELECT 0, f.number, f.business_id, f.phone_number_id, f.phone, true, f.content_type, NULL, f.category, 0, f.opaque, f.at, NULL,
            array[9::smallint], array[f.reason], array[f.at]
     FROM refusal f
     WHERE ($1::bigint IS NULL OR f.phone = $1) AND ($2::bigint IS NULL OR f.business_id = $2) AND $3 IS NOT false
     ORDER BY f.at DESC, f.number DESC LIMIT $4)
    UNION ALL
    (SELECT 0, h.number, h.business_id, h.phone_number_id, p.phone, true, 'template', h.content, h.category, h.price_micros, h.opaque,
            h.at, NULL, '{}', '{}', '{}'
     FROM held h JOIN person p ON p.person_id = h.person_id
     WHERE h.ended_at IS NULL AND ($1::bigint IS NULL OR p.phone = $1) AND ($2::bigint IS NULL OR h.business_id = $2)
       AND $3 IS NOT false
     ORDER BY h.at DESC, h.number DESC LIMIT $4)
) seen ORDER BY at DESC, person_id DESC, seq DESC LIMIT $4;

-- :business_ids every business, oldest first
SELECT business_id FROM business ORDER BY created_at, business_id LIMIT $1;

-- :person_ids every person, oldest first
SELECT person_id FROM person ORDER BY created_at, person_id LIMIT $1;

-- :next_due when something is next due: a webhook's next try, a pause that ends, a message that no device has, a look at a gate
SELECT least(
    (SELECT min(d.at) FROM pacing p CROSS JOIN LATERAL (VALUES (p.full_at + $2::interval), (p.full_at + $3::interval)) AS d(at)
     WHERE d.at > $1),
    (SELECT min(q.paused_until) FROM template_rest q WHERE q.paused_until > $1),
    (SELECT min(w.due_at) FROM notice_waiting w WHERE w.due_at > $1),
    (SELECT min(m.expires_at) FROM message m
     WHERE m.direction = 1 AND m.expires_at > $1
       AND NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq))
);

-- :review_by a business is reviewed then at the latest
INSERT INTO sending AS s (business_id, tier, reached, counted_s, review_at)
SELECT business_id, CASE WHEN verified THEN 'TIER_2K' ELSE $3 END, 0, 0, $2 FROM business WHERE business_id = $1
ON CONFLICT (business_id) DO UPDATE SET review_at = least(s.review_at, excluded.review_at);

-- :signed_in every device
SELECT person_id, device_id FROM device WHERE ended_at IS NULL;

-- :tables what holds more than the house itself
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = current_schema() AND tablename NOT IN ('house', 'sweep', 'schema_migration') ORDER BY tablename;

-- :sweep_again every sweep begins anew
UPDATE sweep SET swept_to = 'epoch';
