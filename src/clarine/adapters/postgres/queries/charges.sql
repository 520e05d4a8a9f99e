-- :volumes billed messages of this month, where a price list has steps
SELECT business_id, market, category, count FROM volume WHERE business_id = ANY($1::bigint[]) AND month = $2;

-- :count_volumes more billed messages
INSERT INTO volume AS v (business_id, month, market, category, count)
SELECT k.business_id, $5, k.market, k.category, k.count
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[]) AS k(business_id, market, category, count)
ON CONFLICT (business_id, month, market, category) DO UPDATE SET count = v.count + excluded.count;

-- :open_conversations billed conversations of these people and numbers
SELECT c.person_id, c.business_id, c.phone_number_id, c.category, c.opened_at
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS k(business_id, phone_number_id, person_id)
JOIN priced_conversation c ON c.person_id = k.person_id AND c.business_id = k.business_id AND c.phone_number_id = k.phone_number_id
    AND c.opened_at > $4;

-- :put_conversations billed conversations that begin
INSERT INTO priced_conversation (person_id, business_id, phone_number_id, category, opened_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::timestamptz[])
ON CONFLICT (person_id, business_id, phone_number_id, category) DO UPDATE SET opened_at = excluded.opened_at;

-- :begin_entries they came through an advertisement or link
UPDATE conversation c SET entry_answer_by = $3
FROM unnest($1::bigint[], $2::bigint[]) AS k(person_id, business_id)
WHERE c.person_id = k.person_id AND c.business_id = k.business_id;

-- :answer_entries they were answered in time
UPDATE conversation c SET entry_until = k.until, entry_answer_by = NULL
FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS k(person_id, business_id, until)
WHERE c.person_id = k.person_id AND c.business_id = k.business_id;
