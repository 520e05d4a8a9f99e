-- name: farm_ids
-- The numbers of farms, new ones made.
WITH made AS (
    INSERT INTO clarine_herd.farms (farm) SELECT DISTINCT unnest($1::text[]) ORDER BY 1
    ON CONFLICT DO NOTHING RETURNING farm, id
)
SELECT farm, id FROM made UNION ALL SELECT farm, id FROM clarine_herd.farms WHERE farm = ANY($1::text[])

-- name: device_ids
-- The numbers of devices, new ones made.
WITH asked AS (SELECT DISTINCT * FROM unnest($1::integer[], $2::text[]) AS seen (farm_id, device)), made AS (
    INSERT INTO clarine_herd.devices (farm_id, device) SELECT farm_id, device FROM asked ORDER BY 1, 2
    ON CONFLICT DO NOTHING RETURNING farm_id, device, id
)
SELECT farm_id, device, id FROM made
UNION ALL SELECT farm_id, device, id FROM clarine_herd.devices JOIN asked USING (farm_id, device)

-- name: stage_frames
-- A table of this connection that a COPY fills.
CREATE TEMPORARY TABLE IF NOT EXISTS staged_frames (
    farm_id integer, minute integer, device_id integer, counter bigint, received_at timestamptz,
    battery smallint, temperature smallint, rssi smallint, body bytea
) ON COMMIT DELETE ROWS

-- name: merge_frames
-- Staged frames into the farms'; a key that is known changes nothing. In the order of the key, so that two processes which
-- are handed the same frames wait for each other one way only.
INSERT INTO clarine_herd.frames
SELECT farm_id, minute, device_id, counter, received_at, battery, temperature, rssi, body FROM staged_frames
ORDER BY farm_id, minute, device_id, counter
ON CONFLICT DO NOTHING

-- name: touch
-- Hours of which something new is known; the row lock makes whoever gathers them wait for this transaction.
INSERT INTO clarine_herd.touched AS known (farm_id, hour)
SELECT * FROM unnest($1::integer[], $2::integer[]) ORDER BY 1, 2
ON CONFLICT (farm_id, hour) DO UPDATE SET times = known.times + 1

-- name: touch_since
-- Hours of which a device told since a minute.
INSERT INTO clarine_herd.touched AS known (farm_id, hour)
SELECT DISTINCT frames.farm_id, edge / 60
FROM clarine_herd.farms JOIN clarine_herd.devices ON devices.farm_id = farms.id AND devices.device = $2
JOIN clarine_herd.frames ON frames.farm_id = farms.id AND frames.device_id = devices.id AND frames.minute > $3 - 15
CROSS JOIN LATERAL (VALUES (frames.minute), (frames.minute + 14)) AS edges (edge)
WHERE farms.farm = $1
ORDER BY 1, 2
ON CONFLICT (farm_id, hour) DO UPDATE SET times = known.times + 1

-- name: save_reports
-- What devices said of themselves, each once.
INSERT INTO clarine_herd.reports (farm_id, device_id, kind, at, battery, rssi, interval_min, detail)
SELECT * FROM unnest($1::integer[], $2::integer[], $3::text[], $4::timestamptz[], $5::real[], $6::smallint[],
                     $7::smallint[], $8::text[])
ORDER BY 1, 2, 3, 4
ON CONFLICT DO NOTHING

-- name: farms_made
-- Farms of which nothing else was heard yet.
INSERT INTO clarine_herd.farms (farm) SELECT unnest($1::text[]) ORDER BY 1 ON CONFLICT DO NOTHING

-- name: breathe
-- The air of farms, on each farm's own clock.
INSERT INTO clarine_herd.climate (farm, measured_at, temperature_c, humidity_pct)
SELECT DISTINCT ON (1, 2) seen.farm, seen.at AT TIME ZONE farms.zone, seen.temperature_c, seen.humidity_pct
FROM unnest($1::text[], $2::timestamptz[], $3::double precision[], $4::double precision[])
    AS seen (farm, at, temperature_c, humidity_pct)
JOIN clarine_herd.farms ON farms.farm = seen.farm
ORDER BY 1, 2, seen.at DESC
ON CONFLICT (farm, measured_at) DO UPDATE
SET temperature_c = excluded.temperature_c, humidity_pct = excluded.humidity_pct

-- name: save_snippets
-- Pieces of the raw signal, each once.
INSERT INTO clarine_herd.snippets (farm_id, device_id, at, counter, hz, g_per_unit, samples)
SELECT * FROM unnest($1::integer[], $2::integer[], $3::timestamptz[], $4::bigint[], $5::real[], $6::real[], $7::bytea[])
ORDER BY 1, 2, 3, 4
ON CONFLICT DO NOTHING

-- name: count_refusals
-- How often what was refused.
INSERT INTO clarine_herd.refusals AS known (farm, day, reason, count)
SELECT farm, day, reason, count(*) FROM unnest($1::text[], $2::date[], $3::text[]) AS seen (farm, day, reason)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (farm, day, reason) DO UPDATE SET count = known.count + excluded.count

-- name: keep_dead_letters
-- What was refused, with its first bytes.
INSERT INTO clarine_herd.dead_letters (farm, received_at, topic, reason, detail, body)
SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::bytea[])

-- name: drop_dead_letters
-- Of each farm the last ones stay.
DELETE FROM clarine_herd.dead_letters AS old
USING unnest($1::text[]) AS seen (farm)
WHERE old.farm = seen.farm
  AND old.id <= (SELECT id FROM clarine_herd.dead_letters AS kept WHERE kept.farm = seen.farm
                 ORDER BY id DESC OFFSET $2 LIMIT 1)

-- name: heard_through
-- This partition has been taken in up to that time of the broker.
INSERT INTO clarine_herd.intakes AS known (partition, heard_through) VALUES ($1, $2)
ON CONFLICT (partition) DO UPDATE SET heard_through = greatest(known.heard_through, excluded.heard_through)

-- name: touched_hours
-- Hours to be gathered, taken out; what arrives for them later puts them in again.
DELETE FROM clarine_herd.touched AS waiting
USING (SELECT farm_id, hour FROM clarine_herd.touched
       WHERE hour < $1 AND ($2::integer[] IS NULL OR farm_id = ANY($2)) ORDER BY farm_id, hour LIMIT $3 FOR UPDATE) AS taken
WHERE waiting.farm_id = taken.farm_id AND waiting.hour = taken.hour
RETURNING waiting.farm_id, waiting.hour

-- name: frames_between
-- Frames of farms, each between two minutes.
SELECT frames.farm_id, frames.device_id, frames.minute, frames.temperature, frames.counter, frames.received_at, frames.body
FROM unnest($1::integer[], $2::integer[], $3::integer[]) AS asked (farm_id, first, last)
JOIN clarine_herd.frames ON frames.farm_id = asked.farm_id AND frames.minute >= asked.first AND frames.minute < asked.last

-- name: farms_by_id
-- Names and zones of farms.
SELECT id, farm, zone FROM clarine_herd.farms WHERE id = ANY($1::integer[])

-- name: devices_of
-- Devices of farms, with what they are on.
SELECT devices.farm_id, devices.id, devices.device, wearings.animal, wearings.from_at, wearings.until_at
FROM clarine_herd.devices LEFT JOIN clarine_herd.wearings USING (farm_id, device)
WHERE devices.farm_id = ANY($1::integer[])

-- name: set_zone
-- Where the farm's clock is.
INSERT INTO clarine_herd.farms AS known (farm, zone) VALUES ($1, $2)
ON CONFLICT (farm) DO UPDATE SET zone = excluded.zone

-- name: zone_of
-- Where the farm's clock is.
SELECT zone FROM clarine_herd.farms WHERE farm = $1

-- name: end_wearings
-- A collar that goes onto an animal comes off the one before; an animal that gets one loses its old one.
UPDATE clarine_herd.wearings AS worn SET until_at = seen.at
FROM unnest($2::text[], $3::text[], $4::timestamptz[]) AS seen (device, animal, at), clarine_herd.farms
WHERE farms.farm = $1 AND worn.farm_id = farms.id AND (worn.device = seen.device OR worn.animal = seen.animal)
  AND worn.until_at IS NULL AND worn.from_at < seen.at

-- name: start_wearings
-- From now on this collar is on that animal.
INSERT INTO clarine_herd.wearings (farm_id, device, animal, from_at)
SELECT farms.id, seen.device, seen.animal, seen.at
FROM unnest($2::text[], $3::text[], $4::timestamptz[]) AS seen (device, animal, at), clarine_herd.farms
WHERE farms.farm = $1 AND seen.animal <> ''
ON CONFLICT (farm_id, device, from_at) DO UPDATE SET animal = excluded.animal, until_at = NULL

-- name: last_frames
-- Each device with its animal, its newest frame since a minute ($2) and its newest report.
WITH home AS (SELECT id FROM clarine_herd.farms WHERE farm = $1), newest AS (
    SELECT DISTINCT ON (device_id) device_id, minute, received_at, battery, rssi, octet_length(body) / 4 AS minutes,
           minute - lead(minute) OVER (PARTITION BY device_id ORDER BY minute DESC) AS interval_min
    FROM clarine_herd.frames WHERE farm_id = (SELECT id FROM home) AND minute >= $2
    ORDER BY device_id, minute DESC
)
SELECT devices.device, coalesce(worn.animal, devices.device) AS animal,
       to_timestamp((newest.minute + newest.minutes) * 60.0) AS heard_at,
       coalesce(told.interval_min, newest.interval_min) AS interval_min,
       CASE WHEN newest.received_at IS NULL OR told.at > newest.received_at THEN told.battery
            ELSE nullif(newest.battery, -1) END AS battery_percent,
       coalesce(nullif(newest.rssi, 0), told.rssi) AS rssi_dbm
FROM home JOIN clarine_herd.devices ON devices.farm_id = home.id
LEFT JOIN newest ON newest.device_id = devices.id
LEFT JOIN LATERAL (
    SELECT at, battery, rssi, interval_min FROM clarine_herd.reports
    WHERE reports.farm_id = home.id AND reports.device_id = devices.id ORDER BY at DESC LIMIT 1
) AS told ON true
LEFT JOIN clarine_herd.wearings AS worn
    ON worn.farm_id = home.id AND worn.device = devices.device AND worn.until_at IS NULL
ORDER BY devices.device

-- name: refusals_since
-- How often what was refused.
SELECT reason, sum(count)::bigint AS count FROM clarine_herd.refusals WHERE farm = $1 AND day >= $2 GROUP BY reason

-- name: dead_letters_of
-- The last payloads that were refused.
SELECT received_at, topic, reason, detail, body FROM clarine_herd.dead_letters WHERE farm = $1 ORDER BY id DESC LIMIT $2

-- name: days_there
-- The days since 1970 that have a partition.
SELECT to_date(right(child.relname, 8), 'YYYYMMDD') - date '1970-01-01' AS day
FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
WHERE inhparent = 'clarine_herd.frames'::regclass
ORDER BY day

-- name: farms_of_day
-- The farms that have frames between two minutes.
SELECT DISTINCT farm_id FROM clarine_herd.frames WHERE minute >= $1 AND minute < $2 ORDER BY farm_id

-- name: name_files
-- Files that count from now on.
INSERT INTO clarine_herd.sealed (farm, from_day, until_day, path, rows, bytes)
SELECT * FROM unnest($1::text[], $2::date[], $3::date[], $4::text[], $5::bigint[], $6::bigint[])

-- name: sealed_files
-- The files of a farm that hold days of a span.
SELECT path FROM clarine_herd.sealed WHERE farm = $1 AND from_day < $3 AND until_day > $2 ORDER BY from_day

-- name: months_of_days
-- Farms and months whose days are still files of their own, of months that are over.
SELECT farm, date_trunc('month', from_day)::date AS month, max(until_day) AS until_day, array_agg(path ORDER BY from_day) AS paths
FROM clarine_herd.sealed WHERE until_day <= $1
GROUP BY farm, date_trunc('month', from_day) HAVING count(*) > 1
ORDER BY farm, month LIMIT 1000

-- name: forget_days
-- The files of a farm's days that one file takes the place of; gives none when another process was first.
DELETE FROM clarine_herd.sealed WHERE farm = $1 AND path = ANY($2::text[])

-- name: sealed_days
-- Days since 1970 up to which all is history.
SELECT coalesce(max(until_day) - date '1970-01-01', 0) AS day FROM clarine_herd.sealed
