-- :audit_wallet_differs each wallet's columns against the sums of its journal
SELECT coalesce(w.business_id, j.business_id) AS business_id, 0::bigint AS person_id, 0::bigint AS seq,
       a.in_journal AS expected_micros, a.in_wallet AS found_micros, a.account AS what
FROM wallet w
FULL JOIN (
    SELECT business_id,
           sum(CASE WHEN credit = 'available' THEN amount_micros ELSE 0 END - CASE WHEN debit = 'available' THEN amount_micros ELSE 0 END)::bigint AS available,
           sum(CASE WHEN credit = 'held' THEN amount_micros ELSE 0 END - CASE WHEN debit = 'held' THEN amount_micros ELSE 0 END)::bigint AS held,
           sum(CASE WHEN credit = 'spent' THEN amount_micros ELSE 0 END - CASE WHEN debit = 'spent' THEN amount_micros ELSE 0 END)::bigint AS spent
    FROM journal GROUP BY business_id
) j ON j.business_id = w.business_id
CROSS JOIN LATERAL (VALUES
    ('available', coalesce(w.available_micros, 0), coalesce(j.available, 0)),
    ('held', coalesce(w.held_micros, 0), coalesce(j.held, 0)),
    ('spent', coalesce(w.spent_micros, 0), coalesce(j.spent, 0))
) AS a(account, in_wallet, in_journal)
WHERE a.in_wallet <> a.in_journal ORDER BY 1, a.account LIMIT $1;

-- :audit_sum_not_zero over all accounts of a business, what left is what entered
SELECT j.business_id, 0::bigint AS person_id, 0::bigint AS seq, 0::bigint AS expected_micros, j.total AS found_micros, '' AS what
FROM (
    SELECT business_id, sum(CASE WHEN credit IN ('outside', 'available', 'held', 'spent') THEN amount_micros ELSE 0 END
                            - CASE WHEN debit IN ('outside', 'available', 'held', 'spent') THEN amount_micros ELSE 0 END)::bigint AS total
    FROM journal GROUP BY business_id
) j WHERE j.total <> 0 ORDER BY 1 LIMIT $1;

-- :audit_entry_crooked journal rows that move money between accounts their kind does not name
SELECT j.business_id, j.person_id, j.seq, 0::bigint AS expected_micros, j.amount_micros AS found_micros,
       format('%s: %s to %s, step %s', j.kind, j.debit, j.credit, j.step) AS what
FROM journal j
WHERE NOT EXISTS (
    SELECT FROM unnest($2::text[], $3::text[], $4::text[], $5::smallint[]) AS k(kind, debit, credit, step)
    WHERE k.kind = j.kind AND k.debit = j.debit AND k.credit = j.credit AND k.step = j.step
) ORDER BY 1, 2, 3 LIMIT $1;

-- :audit_post_unfounded posts without a billable message that reached its person, or at another price
SELECT j.business_id, j.person_id, j.seq, coalesce(m.price_micros, 0) AS expected_micros, j.amount_micros AS found_micros,
       CASE WHEN m.seq IS NULL THEN 'no message' WHEN NOT m.billable THEN 'not billable'
            WHEN m.price_micros <> j.amount_micros THEN 'another price' ELSE 'not delivered' END AS what
FROM journal j
LEFT JOIN message m ON m.person_id = j.person_id AND m.seq = j.seq AND m.business_id = j.business_id AND m.direction = 1
WHERE j.kind = 'post'
  AND (m.seq IS NULL OR NOT m.billable OR m.price_micros <> j.amount_micros
       OR NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = j.person_id AND r.seq = j.seq AND r.status IN (2, 3)))
ORDER BY 1, 2, 3 LIMIT $1;

-- :audit_delivery_unposted delivered billable messages that were not charged exactly once
SELECT m.business_id, m.person_id, m.seq, m.price_micros AS expected_micros, 0::bigint AS found_micros, '' AS what
FROM message m
WHERE m.direction = 1 AND m.billable AND m.price_micros > 0
  AND EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq AND r.status IN (2, 3))
  AND (SELECT count(*) FROM journal j WHERE j.business_id = m.business_id AND j.person_id = m.person_id AND j.seq = m.seq AND j.kind = 'post') <> 1
ORDER BY 1, 2, 3 LIMIT $1;

-- :audit_failure_unvoided failed messages whose hold was not returned
SELECT m.business_id, m.person_id, m.seq, h.amount_micros AS expected_micros, 0::bigint AS found_micros, '' AS what
FROM message m
JOIN receipt r ON r.person_id = m.person_id AND r.seq = m.seq AND r.status = 9
JOIN journal h ON h.business_id = m.business_id AND h.person_id = m.person_id AND h.seq = m.seq AND h.kind = 'hold'
WHERE NOT EXISTS (
    SELECT FROM journal v WHERE v.business_id = m.business_id AND v.person_id = m.person_id AND v.seq = m.seq AND v.kind = 'void'
      AND v.amount_micros = h.amount_micros
) ORDER BY 1, 2, 3 LIMIT $1;

-- :audit_void_unfounded holds that were returned although the message did not fail, or in another amount
SELECT v.business_id, v.person_id, v.seq, coalesce(h.amount_micros, 0) AS expected_micros, v.amount_micros AS found_micros, '' AS what
FROM journal v
LEFT JOIN journal h ON h.business_id = v.business_id AND h.person_id = v.person_id AND h.seq = v.seq AND h.kind = 'hold'
WHERE v.kind = 'void'
  AND (h.amount_micros IS DISTINCT FROM v.amount_micros
       OR NOT (EXISTS (SELECT FROM receipt r WHERE r.person_id = v.person_id AND r.seq = v.seq AND r.status = 9)
               OR EXISTS (SELECT FROM held w WHERE w.business_id = v.business_id AND v.person_id = 0 AND w.transfer = v.seq
                            AND w.ended_at IS NOT NULL)))
ORDER BY 1, 2, 3 LIMIT $1;

-- :audit_hold_unfounded holds without their message (or one that waits), or of another amount
SELECT j.business_id, j.person_id, j.seq, coalesce(m.price_micros, w.price_micros, 0) AS expected_micros, j.amount_micros AS found_micros,
       CASE WHEN m.seq IS NULL AND w.number IS NULL THEN 'no message' ELSE 'another price' END AS what
FROM journal j
LEFT JOIN message m ON m.person_id = j.person_id AND m.seq = j.seq AND m.business_id = j.business_id AND m.direction = 1
LEFT JOIN held w ON w.business_id = j.business_id AND w.transfer = j.seq AND j.person_id = 0
WHERE j.kind = 'hold' AND coalesce(m.price_micros, w.price_micros) IS DISTINCT FROM j.amount_micros
ORDER BY 1, 2, 3 LIMIT $1;

-- :audit_message_unheld billable messages that nothing was held for
SELECT m.business_id, m.person_id, m.seq, m.price_micros AS expected_micros, 0::bigint AS found_micros, '' AS what
FROM message m
WHERE m.direction = 1 AND m.price_micros > 0
  AND NOT EXISTS (SELECT FROM journal j WHERE j.business_id = m.business_id AND j.person_id = m.person_id AND j.seq = m.seq AND j.kind = 'hold')
ORDER BY 1, 2, 3 LIMIT $1;

-- :audit_statement_differs what each statement's lines add up to, against the accounts of the journal
SELECT j.business_id, 0::bigint AS person_id, 0::bigint AS seq, a.by_account AS expected_micros, a.by_kind AS found_micros, a.account AS what
FROM (
    SELECT business_id,
           sum(CASE WHEN credit = 'available' THEN amount_micros ELSE 0 END - CASE WHEN debit = 'available' THEN amount_micros ELSE 0 END)::bigint AS available,
           sum(CASE WHEN credit = 'held' THEN amount_micros ELSE 0 END - CASE WHEN debit = 'held' THEN amount_micros ELSE 0 END)::bigint AS held,
           sum(CASE WHEN credit = 'spent' THEN amount_micros ELSE 0 END - CASE WHEN debit = 'spent' THEN amount_micros ELSE 0 END)::bigint AS spent,
           sum(CASE kind WHEN 'top_up' THEN amount_micros WHEN 'void' THEN amount_micros WHEN 'hold' THEN -amount_micros
                         WHEN 'reversal' THEN -amount_micros ELSE 0 END)::bigint AS line_available,
           sum(CASE kind WHEN 'hold' THEN amount_micros WHEN 'post' THEN -amount_micros WHEN 'void' THEN -amount_micros ELSE 0 END)::bigint AS line_held,
           sum(CASE kind WHEN 'post' THEN amount_micros ELSE 0 END)::bigint AS line_spent
    FROM journal GROUP BY business_id
) j
CROSS JOIN LATERAL (VALUES ('available', j.available, j.line_available), ('held', j.held, j.line_held), ('spent', j.spent, j.line_spent))
    AS a(account, by_account, by_kind)
WHERE a.by_account <> a.by_kind ORDER BY 1, a.account LIMIT $1;

-- :audit_held_differs what each wallet holds, against its billable messages that are still under way or wait
SELECT w.business_id, 0::bigint AS person_id, 0::bigint AS seq, coalesce(m.open, 0) + coalesce(h.open, 0) AS expected_micros, w.held_micros AS found_micros, '' AS what
FROM wallet w
LEFT JOIN (
    SELECT business_id, sum(price_micros)::bigint AS open FROM message m
    WHERE direction = 1 AND price_micros > 0 AND NOT EXISTS (SELECT FROM receipt r WHERE r.person_id = m.person_id AND r.seq = m.seq)
    GROUP BY business_id
) m ON m.business_id = w.business_id
LEFT JOIN (SELECT business_id, sum(price_micros)::bigint AS open FROM held WHERE ended_at IS NULL GROUP BY business_id) h
    ON h.business_id = w.business_id
WHERE w.held_micros <> coalesce(m.open, 0) + coalesce(h.open, 0) ORDER BY 1 LIMIT $1;

-- :audit_scope how much there was to look at
SELECT (SELECT count(*) FROM business) AS businesses, (SELECT count(*) FROM journal) AS entries,
       (SELECT count(*) FROM message WHERE direction = 1) AS messages,
       (SELECT coalesce(sum(amount_micros), 0)::bigint FROM journal WHERE kind = 'post') AS posted_micros;
