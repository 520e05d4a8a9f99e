-- name: add_events
-- Entries, each once.
INSERT INTO clarine_herd.events (farm, animal, kind, at, note, entered_by, source)
SELECT $1, seen.*
FROM unnest($2::text[], $3::text[], $4::timestamp[], $5::text[], $6::text[], $7::text[])
    AS seen (animal, kind, at, note, entered_by, source)
ON CONFLICT DO NOTHING

-- name: events_since
-- Entries since farm time $2, of one animal or (NULL) of all, oldest first.
SELECT animal, kind, at, note, entered_by, source FROM clarine_herd.events
WHERE farm = $1 AND at >= $2 AND ($3::text IS NULL OR animal = $3)
ORDER BY at, animal, kind

-- name: add_climate
-- Measurements of the farm's air; the last word on a moment counts.
INSERT INTO clarine_herd.climate (farm, measured_at, temperature_c, humidity_pct)
SELECT $1, seen.* FROM unnest($2::timestamp[], $3::double precision[], $4::double precision[])
    AS seen (measured_at, temperature_c, humidity_pct)
ON CONFLICT (farm, measured_at) DO UPDATE
SET temperature_c = excluded.temperature_c, humidity_pct = excluded.humidity_pct

-- name: climate_since
-- The farm's air since farm time $2.
SELECT measured_at, temperature_c, humidity_pct FROM clarine_herd.climate
WHERE farm = $1 AND measured_at >= $2 ORDER BY measured_at

-- name: animals
-- Every animal of which anything was heard or entered.
SELECT animal FROM clarine_herd.readings WHERE farm = $1
UNION SELECT animal FROM clarine_herd.events WHERE farm = $1 ORDER BY animal

-- name: animal_known
-- Whether anything was ever heard or entered of an animal.
SELECT EXISTS (SELECT FROM clarine_herd.readings WHERE farm = $1 AND animal = $2)
    OR EXISTS (SELECT FROM clarine_herd.events WHERE farm = $1 AND animal = $2) AS known
