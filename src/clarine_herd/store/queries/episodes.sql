-- name: open_episodes
-- New episodes of a batch; one that overlaps a known one of the same animal, group and rule is that one, seen with other
-- data.
INSERT INTO clarine_herd.episodes
    (farm, id, animal, rule, kind, started_at, opened_at, last_at, ended_at, peak, days_since_calving, days, group_name)
SELECT $1, seen.*
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamp[], $7::timestamp[], $8::timestamp[],
            $9::timestamp[], $10::double precision[], $11::integer[], $12::integer[], $13::text[])
    AS seen (id, animal, rule, kind, started_at, opened_at, last_at, ended_at, peak, days_since_calving, days, group_name)
WHERE NOT EXISTS (
    SELECT FROM clarine_herd.episodes AS known
    WHERE known.farm = $1 AND known.animal = seen.animal AND known.rule = seen.rule
      AND known.group_name = seen.group_name AND known.id <> seen.id
      AND known.started_at <= seen.last_at
      AND coalesce(known.ended_at, known.last_at) >= seen.started_at - interval '12 hours'
)
ON CONFLICT (farm, id) DO NOTHING
RETURNING id

-- name: follow_episodes
-- How known episodes went on, under whichever start they are seen now.
UPDATE clarine_herd.episodes AS known
SET last_at = greatest(known.last_at, latest.last_at), ended_at = latest.ended_at
FROM (
    SELECT DISTINCT ON (found.id) found.id, seen.last_at, seen.ended_at
    FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamp[], $6::timestamp[], $7::timestamp[])
        AS seen (animal, rule, group_name, started_at, last_at, ended_at)
    JOIN clarine_herd.episodes AS found
      ON found.farm = $1 AND found.animal = seen.animal AND found.rule = seen.rule
     AND found.group_name = seen.group_name AND found.started_at <= seen.last_at
     AND coalesce(found.ended_at, found.last_at) >= seen.started_at
    ORDER BY found.id, seen.last_at DESC
) AS latest
WHERE known.farm = $1 AND known.id = latest.id

-- name: close_unseen
-- What no reading shows any more is over: the animal left the herd, or the rule has learned.
UPDATE clarine_herd.episodes SET ended_at = last_at
WHERE farm = $1 AND ended_at IS NULL AND last_at < $2 AND rule <> ALL($3::text[])

-- name: episodes_by_id
-- Episodes by their ids.
SELECT id, animal, kind, started_at, opened_at, last_at, ended_at, peak, days_since_calving, days, group_name
FROM clarine_herd.episodes WHERE farm = $1 AND id = ANY($2::text[]) ORDER BY opened_at, id

-- name: open_episodes_now
-- What is going on.
SELECT id, animal, kind, started_at, opened_at, last_at, ended_at, peak, days_since_calving, days, group_name
FROM clarine_herd.episodes
WHERE farm = $1 AND ended_at IS NULL AND acknowledged_at IS NULL AND opened_at >= $2
ORDER BY opened_at DESC, id LIMIT 1000

-- name: acknowledge_episode
-- The farmer has seen it.
UPDATE clarine_herd.episodes SET acknowledged_at = $3, acknowledged_by = $4
WHERE farm = $1 AND id = $2 AND acknowledged_at IS NULL

-- name: save_feedback
-- What the farmer says about an episode; the last word counts, but a reason is not lost to a second tap.
INSERT INTO clarine_herd.feedback AS known (farm, episode, verdict, reason, at, said_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (farm, episode) DO UPDATE
SET verdict = excluded.verdict, at = excluded.at, said_at = excluded.said_at,
    reason = CASE WHEN excluded.reason <> '' OR known.verdict <> excluded.verdict THEN excluded.reason
                  ELSE known.reason END

-- name: feedback_of
-- What was said about one episode.
SELECT verdict, reason FROM clarine_herd.feedback WHERE farm = $1 AND episode = $2

-- name: verdicts_since
-- What was said of alerts since farm time $2, oldest first.
SELECT episode.animal, episode.rule, feedback.verdict = 'true' AS true, feedback.said_at AS at, feedback.reason
FROM clarine_herd.feedback
JOIN clarine_herd.episodes AS episode ON episode.farm = feedback.farm AND episode.id = feedback.episode
WHERE feedback.farm = $1 AND feedback.said_at >= $2
ORDER BY feedback.said_at, feedback.episode

-- name: episodes_between
-- The history: what opened from $2 until $3, newest first, with what was said of it.
SELECT episode.id, episode.animal, episode.kind, episode.started_at, episode.opened_at, episode.last_at, episode.ended_at,
       episode.peak, episode.days_since_calving, episode.days, episode.group_name,
       episode.acknowledged_at, episode.acknowledged_by,
       coalesce(feedback.verdict, '') AS verdict, coalesce(feedback.reason, '') AS reason
FROM clarine_herd.episodes AS episode
LEFT JOIN clarine_herd.feedback ON feedback.farm = episode.farm AND feedback.episode = episode.id
WHERE episode.farm = $1 AND episode.opened_at >= $2 AND episode.opened_at < $3
  AND ($4::text IS NULL OR episode.animal = $4)
ORDER BY episode.opened_at DESC, episode.id LIMIT $5

-- name: heats_since
-- Heats seen before, for the rhythm of each animal.
SELECT animal, started_at FROM clarine_herd.episodes WHERE farm = $1 AND rule = 'heat' AND started_at >= $2

-- name: last_told
-- The newest open alert that a person was told of in a message of its own; with $3 only that of one animal.
SELECT episode.id
FROM clarine_herd.messages AS message
JOIN clarine_herd.episodes AS episode ON episode.farm = message.farm AND episode.id = ANY(message.episodes)
WHERE message.farm = $1 AND message.contact = $2 AND message.state = 'accepted'
  AND ($3::text IS NULL OR episode.animal = $3) AND ($3::text IS NOT NULL OR message.kind = 'alert')
  AND ($4 OR episode.acknowledged_at IS NULL)
ORDER BY message.due_at DESC, episode.opened_at DESC, episode.id LIMIT 1

-- name: told_by
-- The episodes of the message with this wamid.
SELECT unnest(episodes) AS id FROM clarine_herd.messages WHERE farm = $1 AND wamid = $2
