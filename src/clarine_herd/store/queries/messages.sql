-- name: queue_messages
-- One outbox row per alert and person; a digest gathers what is said at the same hour until it is sent.
INSERT INTO clarine_herd.messages AS known (farm, key, kind, contact, turn, priority, episodes, due_at, expires_at)
SELECT $1, key, kind, contact, turn, priority, array_agg(episode ORDER BY place), min(due_at), max(expires_at)
FROM unnest($2::text[], $3::text[], $4::integer[], $5::integer[], $6::text[], $7::text[], $8::timestamp[], $9::timestamp[])
    WITH ORDINALITY AS seen (key, kind, contact, turn, priority, episode, due_at, expires_at, place)
GROUP BY key, kind, contact, turn, priority
ON CONFLICT (farm, key) DO UPDATE
SET episodes = known.episodes || excluded.episodes, expires_at = greatest(known.expires_at, excluded.expires_at)
WHERE known.kind = 'digest' AND known.state = 'queued' AND known.form = 'auto'
RETURNING key

-- name: due_messages
-- What is to be sent now (NULL: everything), oldest first; who asked for quiet hears only what is critical.
SELECT message.key, message.kind, message.contact, message.turn, message.episodes, message.due_at, message.form,
       message.attempts, message.created_at
FROM clarine_herd.messages AS message
JOIN clarine_herd.contacts AS contact ON contact.farm = message.farm AND contact.number = message.contact
WHERE message.farm = $1 AND message.state = 'queued'
  AND ($2::timestamp IS NULL
       OR (message.due_at <= $2
           AND (message.priority = 'Critical' OR contact.muted_until IS NULL OR contact.muted_until <= $2)))
ORDER BY message.due_at, message.key
LIMIT 1000

-- name: told_by_day
-- How many alerts of Normal priority stand in the outbox for each day since $2.
SELECT date_trunc('day', due_at) AS day, count(DISTINCT episodes[1]) AS told
FROM clarine_herd.messages
WHERE farm = $1 AND kind = 'alert' AND priority = 'Normal' AND due_at >= $2
GROUP BY 1

-- name: unanswered
-- Critical alerts that go on and that nobody has answered: when the first of them was due, and whose turn it was last.
SELECT message.episodes[1] AS episode, min(message.due_at) AS first_at, max(message.turn) AS turn,
       max(message.expires_at) AS expires_at
FROM clarine_herd.messages AS message
JOIN clarine_herd.episodes AS episode ON episode.farm = message.farm AND episode.id = message.episodes[1]
WHERE message.farm = $1 AND message.priority = 'Critical' AND message.expires_at > $2
  AND episode.acknowledged_at IS NULL AND episode.ended_at IS NULL
GROUP BY 1

-- name: set_aside
-- What is no news any more when it is about to be sent for the first time.
UPDATE clarine_herd.messages SET state = 'expired' WHERE farm = $1 AND key = ANY($2::text[]) AND state = 'queued'

-- name: keep_news
-- A digest names what is still news; kept before the first try, so that the next one says the same.
UPDATE clarine_herd.messages SET episodes = $3 WHERE farm = $1 AND key = $2 AND state = 'queued' AND form = 'auto'

-- name: expire_messages
-- Nobody is told what is of no use any more.
UPDATE clarine_herd.messages SET state = 'expired' WHERE farm = $1 AND state = 'queued' AND expires_at <= $2

-- name: choose_form
-- How messages are going to be sent, before they are.
UPDATE clarine_herd.messages SET form = $3 WHERE farm = $1 AND key = ANY($2::text[]) AND form = 'auto'

-- name: send_as_template
-- The window was closed after all.
UPDATE clarine_herd.messages SET form = 'template' WHERE farm = $1 AND key = $2 AND state = 'queued'

-- name: accept_message
-- The API took it.
UPDATE clarine_herd.messages
SET state = 'accepted', wamid = $3, attempts = attempts + 1, error_code = NULL, error = NULL
WHERE farm = $1 AND key = $2 AND state = 'queued'

-- name: refuse_message
-- The API did not take it, for good ($5) or for now.
UPDATE clarine_herd.messages
SET state = CASE WHEN $5 THEN 'refused' ELSE state END, attempts = attempts + 1, error_code = $3, error = $4
WHERE farm = $1 AND key = $2 AND state = 'queued'

-- name: give_up_queued
-- What the API has refused so far, for good.
UPDATE clarine_herd.messages SET state = 'refused' WHERE farm = $1 AND state = 'queued' AND error_code IS NOT NULL

-- name: resend_as_template
-- A free message that came after the 24-hour window goes out again as a template, under another key.
UPDATE clarine_herd.messages
SET state = 'queued', wamid = NULL, form = 'template'
WHERE farm = $1 AND wamid = $2 AND form = 'free'

-- name: save_statuses
-- Steps of our messages, each once.
INSERT INTO clarine_herd.statuses (farm, wamid, status, at, error_code, error)
SELECT $1, seen.* FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::integer[], $6::text[]) AS seen
ON CONFLICT DO NOTHING

-- name: tally
-- Every alert message with its furthest status.
SELECT message.key, message.kind, message.episodes, message.state, message.error_code, message.error,
       coalesce(bool_or(step.status IN ('delivered', 'read', 'played')), false) AS delivered,
       coalesce(bool_or(step.status IN ('read', 'played')), false) AS read,
       coalesce(bool_or(step.status = 'failed'), false) AS failed
FROM clarine_herd.messages AS message
LEFT JOIN clarine_herd.statuses AS step ON step.farm = message.farm AND step.wamid = message.wamid
WHERE message.farm = $1
GROUP BY message.farm, message.key
ORDER BY message.key
