-- name: stage_readings
-- A table of this transaction that a COPY fills.
CREATE TEMPORARY TABLE staged (
    animal text, measured_at timestamp, activity double precision, activity_index double precision,
    lactation_days integer, lactation_status text
) ON COMMIT DROP

-- name: merge_readings
-- Staged readings into the farm's; the same reading again changes nothing that it does not say.
INSERT INTO clarine_herd.readings AS known
    (farm, animal, measured_at, activity, activity_index, lactation_days, lactation_status)
SELECT $1, animal, measured_at, activity, activity_index, lactation_days, lactation_status FROM staged
ON CONFLICT (farm, animal, measured_at) DO UPDATE SET
    activity = coalesce(excluded.activity, known.activity),
    activity_index = coalesce(excluded.activity_index, known.activity_index),
    lactation_days = coalesce(excluded.lactation_days, known.lactation_days),
    lactation_status = coalesce(excluded.lactation_status, known.lactation_status)

-- name: readings_since
-- The farm's readings from a time on, of one animal or (NULL) of all.
SELECT animal, measured_at, activity, activity_index, lactation_days, lactation_status
FROM clarine_herd.readings
WHERE farm = $1 AND measured_at >= $2 AND ($3::text IS NULL OR animal = $3)
ORDER BY animal, measured_at

-- name: times_heard
-- The first and the last time for which anything was heard, NULL when nothing was.
SELECT min(measured_at), max(measured_at) FROM clarine_herd.readings WHERE farm = $1

-- name: open_episodes
-- New episodes of a batch; one that overlaps a known one of the same animal and rule is that one, seen with other data.
INSERT INTO clarine_herd.episodes
    (farm, id, animal, rule, kind, started_at, opened_at, last_at, ended_at, peak, days_since_calving)
SELECT $1, seen.*
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamp[], $7::timestamp[], $8::timestamp[],
            $9::timestamp[], $10::double precision[], $11::integer[])
    AS seen (id, animal, rule, kind, started_at, opened_at, last_at, ended_at, peak, days_since_calving)
WHERE NOT EXISTS (
    SELECT FROM clarine_herd.episodes AS known
    WHERE known.farm = $1 AND known.animal = seen.animal AND known.rule = seen.rule AND known.id <> seen.id
      AND known.started_at <= seen.last_at
      AND coalesce(known.ended_at, known.last_at) >= seen.started_at - interval '12 hours'
)
ON CONFLICT (farm, id) DO NOTHING
RETURNING id

-- name: follow_episodes
-- How known episodes went on.
UPDATE clarine_herd.episodes AS known
SET last_at = greatest(known.last_at, seen.last_at), ended_at = seen.ended_at
FROM unnest($2::text[], $3::timestamp[], $4::timestamp[]) AS seen (id, last_at, ended_at)
WHERE known.farm = $1 AND known.id = seen.id

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

-- name: episodes_by_id
-- Episodes by their ids.
SELECT id, animal, kind, started_at, opened_at, last_at, ended_at, peak, days_since_calving
FROM clarine_herd.episodes WHERE farm = $1 AND id = ANY($2::text[]) ORDER BY opened_at, id

-- name: open_episodes_now
-- What is going on.
SELECT id, animal, kind, started_at, opened_at, last_at, ended_at, peak, days_since_calving
FROM clarine_herd.episodes
WHERE farm = $1 AND ended_at IS NULL AND acknowledged_at IS NULL AND opened_at >= $2
ORDER BY opened_at DESC, id LIMIT 100

-- name: acknowledge_episode
-- The farmer has seen it.
UPDATE clarine_herd.episodes SET acknowledged_at = $3 WHERE farm = $1 AND id = $2 AND acknowledged_at IS NULL

-- name: save_feedback
-- What the farmer says about an episode; the last word counts, but a reason is not lost to a second tap.
INSERT INTO clarine_herd.feedback AS known (farm, episode, verdict, reason, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (farm, episode) DO UPDATE
SET verdict = excluded.verdict, at = excluded.at,
    reason = CASE WHEN excluded.reason <> '' OR known.verdict <> excluded.verdict THEN excluded.reason
                  ELSE known.reason END

-- name: save_statuses
-- Steps of our messages, each once.
INSERT INTO clarine_herd.statuses (farm, wamid, status, at, error_code, error)
SELECT $1, seen.* FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::integer[], $6::text[]) AS seen
ON CONFLICT DO NOTHING

-- name: save_inbound
-- What the farmer wrote or tapped, each once.
INSERT INTO clarine_herd.inbound (farm, wamid, sender, at, kind, value) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING

-- name: waiting_inbound
-- What has not been answered yet.
SELECT wamid, sender, at, kind, value FROM clarine_herd.inbound
WHERE farm = $1 AND handled_at IS NULL ORDER BY at, wamid LIMIT 100

-- name: handled_inbound
-- It has been answered.
UPDATE clarine_herd.inbound SET handled_at = $3 WHERE farm = $1 AND wamid = $2

-- name: last_inbound
-- When the farmer last wrote: the 24-hour window counts from it.
SELECT max(at) FROM clarine_herd.inbound WHERE farm = $1 AND sender = $2

-- name: stop_words
-- The farmer's texts, newest first, in which a stop or start may stand.
SELECT value FROM clarine_herd.inbound
WHERE farm = $1 AND sender = $2 AND kind = 'text' ORDER BY at DESC, wamid DESC LIMIT 200

-- name: heard_count
-- Animals heard since $2, of the animals heard since $3.
SELECT count(DISTINCT animal) FILTER (WHERE measured_at >= $2), count(DISTINCT animal)
FROM clarine_herd.readings WHERE farm = $1 AND measured_at >= $3

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

-- name: feedback_of
-- What was said about one episode.
SELECT verdict, reason FROM clarine_herd.feedback WHERE farm = $1 AND episode = $2
