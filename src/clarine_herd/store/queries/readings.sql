-- name: stage_readings
-- A table of this transaction that a COPY fills.
CREATE TEMPORARY TABLE staged (
    animal text, measured_at timestamp, activity double precision, activity_index double precision,
    lactation_days integer, lactation_status text, heard_min smallint, lying_min smallint, standing_min smallint,
    walking_min smallint, eating_min smallint, ruminating_min smallint, temperature_c double precision,
    angle_deg double precision, known_since timestamptz
) ON COMMIT DROP

-- name: merge_readings
-- Staged readings into the farm's; the same reading again changes nothing, not even since when it is known.
INSERT INTO clarine_herd.readings AS known
    (farm, animal, measured_at, activity, activity_index, lactation_days, lactation_status, heard_min, lying_min,
     standing_min, walking_min, eating_min, ruminating_min, temperature_c, angle_deg, known_since)
SELECT $1, animal, measured_at, activity, activity_index, lactation_days, lactation_status, heard_min, lying_min,
       standing_min, walking_min, eating_min, ruminating_min, temperature_c, angle_deg, coalesce(known_since, now())
FROM staged
ON CONFLICT (farm, animal, measured_at) DO UPDATE SET
    activity = coalesce(excluded.activity, known.activity),
    activity_index = coalesce(excluded.activity_index, known.activity_index),
    lactation_days = coalesce(excluded.lactation_days, known.lactation_days),
    lactation_status = coalesce(excluded.lactation_status, known.lactation_status),
    heard_min = coalesce(excluded.heard_min, known.heard_min),
    lying_min = coalesce(excluded.lying_min, known.lying_min),
    standing_min = coalesce(excluded.standing_min, known.standing_min),
    walking_min = coalesce(excluded.walking_min, known.walking_min),
    eating_min = coalesce(excluded.eating_min, known.eating_min),
    ruminating_min = coalesce(excluded.ruminating_min, known.ruminating_min),
    temperature_c = coalesce(excluded.temperature_c, known.temperature_c),
    angle_deg = coalesce(excluded.angle_deg, known.angle_deg),
    known_since = greatest(excluded.known_since, known.known_since)
WHERE (coalesce(excluded.activity, known.activity),
       coalesce(excluded.activity_index, known.activity_index),
       coalesce(excluded.lactation_days, known.lactation_days),
       coalesce(excluded.lactation_status, known.lactation_status),
       coalesce(excluded.heard_min, known.heard_min),
       coalesce(excluded.lying_min, known.lying_min),
       coalesce(excluded.standing_min, known.standing_min),
       coalesce(excluded.walking_min, known.walking_min),
       coalesce(excluded.eating_min, known.eating_min),
       coalesce(excluded.ruminating_min, known.ruminating_min),
       coalesce(excluded.temperature_c, known.temperature_c),
       coalesce(excluded.angle_deg, known.angle_deg))
    IS DISTINCT FROM (known.activity, known.activity_index, known.lactation_days, known.lactation_status, known.heard_min, known.lying_min,
        known.standing_min, known.walking_min, known.eating_min, known.ruminating_min, known.temperature_c,
        known.angle_deg)

-- name: readings_since
-- The farm's readings from a time on, of one animal or (NULL) of all.
SELECT animal, measured_at, activity, activity_index, lactation_days, lactation_status, heard_min, lying_min,
       standing_min, walking_min, eating_min, ruminating_min, temperature_c, angle_deg, known_since
FROM clarine_herd.readings
WHERE farm = $1 AND measured_at >= $2 AND ($3::text IS NULL OR animal = $3)
ORDER BY animal, measured_at

-- name: readings_between
-- The farm's readings of a time.
SELECT animal, measured_at, activity, activity_index, lactation_days, lactation_status, heard_min, lying_min,
       standing_min, walking_min, eating_min, ruminating_min, temperature_c, angle_deg, known_since
FROM clarine_herd.readings
WHERE farm = $1 AND measured_at >= $2 AND measured_at < $3
ORDER BY animal, measured_at

-- name: activity_since
-- The farm's activity from a time on.
SELECT animal, measured_at, activity, activity_index FROM clarine_herd.readings
WHERE farm = $1 AND measured_at >= $2 ORDER BY animal, measured_at

-- name: times_heard
-- The first and the last time for which anything was heard, NULL when nothing was.
SELECT min(measured_at), max(measured_at) FROM clarine_herd.readings WHERE farm = $1

-- name: heard_count
-- Animals heard since $2, of the animals heard since $3.
SELECT count(DISTINCT animal) FILTER (WHERE measured_at >= $2), count(DISTINCT animal)
FROM clarine_herd.readings WHERE farm = $1 AND measured_at >= $3

-- name: stage_binned
-- A table of this connection that a COPY fills with readings of many farms.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_binned (
    farm text, animal text, measured_at timestamp, activity double precision, heard_min smallint, lying_min smallint,
    standing_min smallint, walking_min smallint, eating_min smallint, ruminating_min smallint,
    temperature_c double precision, angle_deg double precision, known_since timestamptz
) ON COMMIT DELETE ROWS

-- name: drop_binned
-- Readings of the hours that are gathered anew, of animals that no collar was on after all.
DELETE FROM clarine_herd.readings AS known
USING unnest($1::text[], $2::timestamp[]) AS seen (farm, measured_at)
WHERE known.farm = seen.farm AND known.measured_at = seen.measured_at AND known.gathered
  AND NOT EXISTS (SELECT FROM staged_binned AS made
                  WHERE made.farm = known.farm AND made.animal = known.animal AND made.measured_at = known.measured_at)

-- name: merge_binned
-- Readings that were gathered anew from all their minutes take the place of those that stood there.
INSERT INTO clarine_herd.readings AS known
    (farm, animal, measured_at, activity, heard_min, lying_min, standing_min, walking_min, eating_min, ruminating_min,
     temperature_c, angle_deg, known_since, gathered)
SELECT *, true FROM staged_binned ORDER BY farm, animal, measured_at
ON CONFLICT (farm, animal, measured_at) DO UPDATE SET
    activity = excluded.activity,
    heard_min = excluded.heard_min,
    lying_min = excluded.lying_min,
    standing_min = excluded.standing_min,
    walking_min = excluded.walking_min,
    eating_min = excluded.eating_min,
    ruminating_min = excluded.ruminating_min,
    temperature_c = excluded.temperature_c,
    angle_deg = excluded.angle_deg,
    known_since = excluded.known_since, gathered = true
WHERE (known.activity, known.heard_min, known.lying_min, known.standing_min, known.walking_min,
       known.eating_min, known.ruminating_min, known.temperature_c, known.angle_deg)
    IS DISTINCT FROM (excluded.activity, excluded.heard_min, excluded.lying_min, excluded.standing_min, excluded.walking_min,
                      excluded.eating_min, excluded.ruminating_min, excluded.temperature_c, excluded.angle_deg)
