-- name: queue_messages
-- One outbox row per alert; a digest gathers what is said at the same hour until it is sent.
INSERT INTO clarine_herd.messages AS known (farm, key, kind, episodes, due_at, expires_at)
SELECT $1, key, kind, array_agg(episode ORDER BY place), min(due_at), max(expires_at)
FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamp[], $6::timestamp[])
    WITH ORDINALITY AS seen (key, kind, episode, due_at, expires_at, place)
GROUP BY key, kind
ON CONFLICT (farm, key) DO UPDATE
SET episodes = known.episodes || excluded.episodes, expires_at = greatest(known.expires_at, excluded.expires_at)
WHERE known.state = 'queued' AND known.form = 'auto'
RETURNING key

-- name: due_messages
-- What is to be sent now (NULL: everything), oldest first.
SELECT key, kind, episodes, due_at, form, attempts, created_at
FROM clarine_herd.messages
WHERE farm = $1 AND state = 'queued' AND ($2::timestamp IS NULL OR due_at <= $2)
ORDER BY due_at, key
LIMIT 1000

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
