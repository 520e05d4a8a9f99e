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

-- name: heard_count
-- Animals heard since $2, of the animals heard since $3.
SELECT count(DISTINCT animal) FILTER (WHERE measured_at >= $2), count(DISTINCT animal)
FROM clarine_herd.readings WHERE farm = $1 AND measured_at >= $3
