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

-- name: feedback_of
-- What was said about one episode.
SELECT verdict, reason FROM clarine_herd.feedback WHERE farm = $1 AND episode = $2
