-- :add_campaign a draft, unless the business has one under this key
INSERT INTO campaign (business_id, campaign_id, name, key, phone_number_id, template_name, template_language, components,
                      columns, state, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', $10)
ON CONFLICT DO NOTHING RETURNING campaign_id;

-- :campaign one campaign, and what its lanes counted
SELECT c.*, (SELECT array_agg(l.counts) FROM campaign_lane l WHERE l.business_id = $1 AND l.campaign_id = c.campaign_id) AS counts
FROM campaign c WHERE c.business_id = $1 AND (c.campaign_id = $2 OR c.key = $3);

-- :campaigns a page of campaigns, newest first
SELECT c.*, (SELECT array_agg(l.counts) FROM campaign_lane l WHERE l.business_id = $1 AND l.campaign_id = c.campaign_id) AS counts
FROM campaign c WHERE c.business_id = $1 AND ($2::bigint IS NULL OR (c.created_at, c.campaign_id) < (
    SELECT b.created_at, b.campaign_id FROM campaign b WHERE b.business_id = $1 AND b.campaign_id = $2))
ORDER BY c.created_at DESC, c.campaign_id DESC LIMIT $3;

-- :lock_campaign from here on nobody else changes it
SELECT state FROM campaign WHERE business_id = $1 AND campaign_id = $2 FOR UPDATE;

-- :open_campaigns how many of a business's campaigns are not over
SELECT count(*)::int FROM campaign WHERE business_id = $1 AND state NOT IN ('cancelled', 'done');

-- :add_recipients recipients who were not on the list; which of them were new
INSERT INTO campaign_recipient (business_id, campaign_id, recipient, country, words)
SELECT $1, $2, k.* FROM unnest($3::bigint[], $4::text[], $5::text[]) AS k(recipient, country, words)
ON CONFLICT DO NOTHING RETURNING recipient;

-- :count_recipients how many are on the list, and where they live
UPDATE campaign SET recipients = $3, countries = $4 WHERE business_id = $1 AND campaign_id = $2;

-- :open_lanes ranges of recipients, each to be worked off in order
INSERT INTO campaign_lane (business_id, campaign_id, lane, after, until, due_at)
SELECT $1, $2, k.*, $6 FROM unnest($3::smallint[], $4::bigint[], $5::bigint[]) AS k(lane, after, until)
ON CONFLICT DO NOTHING;

-- :move_campaign a campaign of a state that moves to another
UPDATE campaign SET state = $4, reason = $5, started_at = coalesce(started_at, CASE WHEN $4 = 'running' THEN $6::timestamptz END),
    ended_at = CASE WHEN $4 IN ('cancelled', 'done') THEN $6::timestamptz END
WHERE business_id = $1 AND campaign_id = $2 AND state = $3 RETURNING 1;

-- :wake_lanes when its lanes are worked on next; a chunk that is under way ends first
UPDATE campaign_lane SET due_at = coalesce($3::timestamptz, 'infinity') WHERE business_id = $1 AND campaign_id = $2 AND NOT done;

-- :finish_campaigns running campaigns with nobody left
UPDATE campaign c SET state = 'done', ended_at = $1
WHERE c.state = 'running' AND NOT EXISTS (
    SELECT FROM campaign_lane l WHERE l.business_id = c.business_id AND l.campaign_id = c.campaign_id AND NOT l.done)
RETURNING c.business_id;

-- :claim_lane the lane that waited longest, unless another process works on it
SELECT business_id, campaign_id, lane, after, until, counts
FROM campaign_lane WHERE NOT done AND due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED;

-- :next_recipients the next of a lane, in order, as columns
SELECT array_agg(recipient) AS recipients, array_agg(country) AS countries, array_agg(words) AS words
FROM (SELECT recipient, country, words FROM campaign_recipient
      WHERE business_id = $1 AND campaign_id = $2 AND recipient > $3 AND recipient <= $4 ORDER BY recipient LIMIT $5) r;

-- :lock_recipients from here on everything about these people is serial; who they are and where their streams end
SELECT array_agg(person_id) AS people, array_agg(last_seq) AS seqs
FROM (SELECT person_id, last_seq FROM inbox WHERE person_id = ANY($1::bigint[]) ORDER BY person_id FOR UPDATE) i;

-- :campaign_facts what policy must know about each of these people, in order, as columns; ports.campaign_rows says how it is packed
SELECT array_agg(packed) AS packed, array_agg(reached_s) AS reached_s
FROM (
    SELECT coalesce(c.blocked::int + 2 * c.stopped::int + 4 * c.marketing_consent::int
                    + 8 * CASE WHEN c.utility_consent THEN 2 WHEN NOT c.utility_consent THEN 1 ELSE 0 END
                    + 32 * (coalesce(c.window_until, '-infinity') >= $4)::int, 0)
           + 64 * p.ahead::int + 128 * least(m.day, 7)::int + 1024 * least(m.week, 15)::int + 16384 * least(m.own, 7)::int AS packed,
           p.reached_s
    FROM unnest($1::bigint[]) WITH ORDINALITY AS k(person_id, ord)
    LEFT JOIN conversation c ON c.person_id = k.person_id AND c.business_id = $2
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(phone_number_id = $3 AND paid_until > $4), false) AS ahead, max(reached_s) AS reached_s
        FROM pair WHERE person_id = k.person_id AND business_id = $2
    ) p
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE at > $6) AS day, count(*) AS week, count(*) FILTER (WHERE business_id = $2) AS own
        FROM message WHERE $5 AND person_id = k.person_id AND category = 'marketing' AND at > $7
    ) m
    ORDER BY k.ord
) f;

-- :append_letters one message of a campaign to each of these people
INSERT INTO message (person_id, seq, business_id, phone_number_id, direction, content, category, billable, pricing_type,
                     price_micros, rate_version, at, expires_at)
SELECT k.person_id, k.seq, $4, $5, 1, k.content, $6, p.billable, p.pricing_type, p.micros, p.rate_version, $7, $8
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $9::int[]) AS k(person_id, seq, content, price)
JOIN unnest($10::boolean[], $11::text[], $12::bigint[], $13::text[]) WITH ORDINALITY AS p(billable, pricing_type, micros, rate_version, ord)
    ON p.ord = k.price;

-- :step_streams each of these locked streams has one event more
UPDATE inbox SET last_seq = last_seq + 1 WHERE person_id = ANY($1::bigint[]);

-- :pay_pairs each of these people heard from this number; a second only where they were reached outside a window
INSERT INTO pair AS p (person_id, business_id, phone_number_id, paid_until, reached_s)
SELECT k.person_id, $3, $4, $5, k.reached_s FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, reached_s)
ON CONFLICT (person_id, business_id, phone_number_id)
DO UPDATE SET paid_until = excluded.paid_until, reached_s = coalesce(excluded.reached_s, p.reached_s);

-- :hold_letters the price of each message is held
INSERT INTO journal (business_id, person_id, seq, step, kind, debit, credit, amount_micros, rate_version, at)
SELECT $1, k.person_id, k.seq, $2, $3, $4, $5, p.micros, p.rate_version, $6
FROM unnest($7::bigint[], $8::bigint[], $9::int[]) AS k(person_id, seq, price)
JOIN unnest($10::bigint[], $11::text[]) WITH ORDINALITY AS p(micros, rate_version, ord) ON p.ord = k.price AND p.micros > 0;

-- :append_sent_notices the business is told of each message; $6 holds what stands around the seq, per price
INSERT INTO notice (business_id, number, field, phone_number_id, person_id, fact, at)
SELECT $1, $2 + k.ord, 'messages', $3, k.person_id, $7 || k.seq || p.tail, $4
FROM unnest($5::bigint[], $6::bigint[], $8::int[]) WITH ORDINALITY AS k(person_id, seq, price, ord)
JOIN unnest($9::text[]) WITH ORDINALITY AS p(tail, ord) ON p.ord = k.price;

-- :append_outcomes each recipient's one outcome
INSERT INTO campaign_outcome (business_id, campaign_id, recipient, seq, reason)
SELECT $1, $2, k.* FROM unnest($3::bigint[], $4::bigint[], $5::text[]) AS k(recipient, seq, reason);

-- :move_lane how far a lane has come
UPDATE campaign_lane SET after = $4, counts = $5, done = $6, due_at = $7 WHERE business_id = $1 AND campaign_id = $2 AND lane = $3;

-- :outcomes a page of outcomes, in the order of recipients
SELECT o.recipient, o.seq, o.reason FROM campaign_outcome o
WHERE o.business_id = $1 AND o.campaign_id = $2 AND o.recipient > $3 ORDER BY o.recipient LIMIT $4;

-- :furthest the furthest status of these messages, and when; nothing for one that only stands in its stream
SELECT DISTINCT ON (r.person_id, r.seq) r.person_id, r.seq, r.status, r.reason, r.at
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, seq)
JOIN receipt r ON r.person_id = k.person_id AND r.seq = k.seq
ORDER BY r.person_id, r.seq, r.status DESC;

-- :first_recipients the first few of a list
SELECT recipient, country, words FROM campaign_recipient
WHERE business_id = $1 AND campaign_id = $2 ORDER BY recipient DESC LIMIT $3;

-- :sent_page the messages of a campaign, in the order of recipients, as columns
SELECT array_agg(recipient) AS people, array_agg(seq) AS seqs
FROM (SELECT recipient, seq FROM campaign_outcome
      WHERE business_id = $1 AND campaign_id = $2 AND recipient > greatest($3, 0) AND seq > 0 ORDER BY recipient LIMIT $4) o;

-- :count_furthest how many of these messages stand at each furthest status; 1 is in the stream only
SELECT coalesce(r.status, 1) AS status, count(*) AS messages
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, seq)
CROSS JOIN LATERAL (SELECT max(status) AS status FROM receipt WHERE person_id = k.person_id AND seq = k.seq) r
GROUP BY 1;
