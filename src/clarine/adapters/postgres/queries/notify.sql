-- :claim_outboxes businesses with news or with a retry due, leased to one process
UPDATE outbox o SET owner = $1, owned_until = $3
WHERE o.business_id IN (
    SELECT w.business_id FROM outbox w
    WHERE (w.owner IS NULL OR w.owner = $1 OR w.owned_until < $2)
      AND (w.last_notice > w.done_notice
           OR EXISTS (SELECT FROM notice_waiting n WHERE n.business_id = w.business_id AND n.due_at <= $2))
    ORDER BY w.business_id LIMIT $4 FOR UPDATE SKIP LOCKED
)
RETURNING o.business_id;

-- :fresh_notices notices beyond the done mark
SELECT n.business_id, n.number, n.field, n.phone_number_id, n.person_id, n.fact, n.at, 0 AS attempts
FROM outbox o JOIN notice n ON n.business_id = o.business_id AND n.number > o.done_notice
WHERE o.business_id = $1 ORDER BY n.number LIMIT $2;

-- :retry_notices waiting notices whose conversation's first one is due, in order
SELECT n.business_id, n.number, n.field, n.phone_number_id, n.person_id, n.fact, n.at, w.attempts
FROM notice_waiting w JOIN notice n ON n.business_id = w.business_id AND n.number = w.number
WHERE w.business_id = $1
  AND NOT EXISTS (
      SELECT FROM notice_waiting e JOIN notice f ON f.business_id = e.business_id AND f.number = e.number
      WHERE e.business_id = w.business_id AND e.number <= w.number AND e.due_at > $2
        AND (e.number = w.number OR f.person_id = n.person_id)
  )
ORDER BY w.number LIMIT $3;

-- :waiting_people conversations with a notice that waits for its retry, and until when
SELECT n.person_id, max(w.due_at) AS due_at
FROM notice_waiting w JOIN notice n ON n.business_id = w.business_id AND n.number = w.number
WHERE w.business_id = $1 GROUP BY n.person_id;

-- :move_done the done mark, and the numbers of the attempts to log
UPDATE outbox SET done_notice = greatest(done_notice, $2), last_attempt = last_attempt + $3
WHERE business_id = $1 RETURNING last_attempt;

-- :append_attempts the webhook log
INSERT INTO notice_attempt (business_id, attempt, first_number, last_number, url, http_status, error, said, took_ms, at)
SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::smallint[], $7::text[], $8::text[], $9::int[],
                         $10::timestamptz[]);

-- :forget_waiting acknowledged at last, or given up
DELETE FROM notice_waiting WHERE business_id = $1 AND number = ANY($2::bigint[]);

-- :put_waiting when each is tried again
INSERT INTO notice_waiting (business_id, number, attempts, due_at)
SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::timestamptz[])
ON CONFLICT (business_id, number) DO UPDATE SET attempts = excluded.attempts, due_at = excluded.due_at;

-- :keep_outbox the lease goes on for a moment
UPDATE outbox SET owned_until = $3 WHERE business_id = $1 AND owner = $2;

-- :take_round the lease goes on, and what is new; nothing when it is another's, or when a retry waits
WITH held AS (
    UPDATE outbox o SET owned_until = $4
    WHERE o.business_id = $1 AND o.owner = $2 AND o.owned_until >= $3
      AND NOT EXISTS (SELECT FROM notice_waiting w WHERE w.business_id = o.business_id)
    RETURNING o.business_id, o.done_notice
)
SELECT n.business_id, n.number, n.field, n.phone_number_id, n.person_id, n.fact, n.at
FROM held h JOIN notice n ON n.business_id = $1 AND n.number > h.done_notice
ORDER BY n.number LIMIT $5;

-- :finish_round all of it was acknowledged: the done mark, the log, and the lease for a moment
WITH moved AS (
    UPDATE outbox SET done_notice = greatest(done_notice, $2), last_attempt = last_attempt + cardinality($5::bigint[]),
        owned_until = CASE WHEN owner = $3 THEN $4 ELSE owned_until END
    WHERE business_id = $1 RETURNING last_attempt - cardinality($5::bigint[]) AS attempt
)
INSERT INTO notice_attempt (business_id, attempt, first_number, last_number, url, http_status, error, said, took_ms, at)
SELECT $1, m.attempt + k.ord, k.first_number, k.last_number, k.url, k.http_status, k.error, k.said, k.took_ms, k.at
FROM moved m, unnest($5::bigint[], $6::bigint[], $7::text[], $8::smallint[], $9::text[], $10::text[], $11::int[], $12::timestamptz[])
     WITH ORDINALITY AS k(first_number, last_number, url, http_status, error, said, took_ms, at, ord);

-- :release_outboxes the lease ends early
UPDATE outbox SET owner = NULL, owned_until = NULL WHERE business_id = ANY($1::bigint[]) AND owner = $2;

-- :subscriptions where a business wants its webhooks
SELECT business_id, scope, object_id, url, verify_token, fields FROM subscription WHERE business_id = $1;
