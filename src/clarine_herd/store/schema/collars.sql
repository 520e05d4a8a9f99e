-- What collars are there, and the minutes they sent. Farms and devices get small numbers, so that a frame's row is narrow.

CREATE TABLE IF NOT EXISTS clarine_herd.farms (
    farm text PRIMARY KEY,
    id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    zone text NOT NULL DEFAULT 'UTC'
);

CREATE TABLE IF NOT EXISTS clarine_herd.devices (
    farm_id integer NOT NULL,
    device text NOT NULL,
    id integer GENERATED ALWAYS AS IDENTITY,
    first_heard_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (farm_id, device)
);

-- Which collar is on which animal from when; until NULL: still. A collar without any row is on an animal of its own name.
CREATE TABLE IF NOT EXISTS clarine_herd.wearings (
    farm_id integer NOT NULL,
    device text NOT NULL,
    animal text NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz CHECK (until_at > from_at),
    PRIMARY KEY (farm_id, device, from_at)
);

-- Up to fifteen minutes of one collar, four bytes each (records.py). Partitions are UTC days; a sealed day is a file.
CREATE TABLE IF NOT EXISTS clarine_herd.frames (
    farm_id integer NOT NULL,
    minute integer NOT NULL,
    device_id integer NOT NULL,
    counter bigint NOT NULL,
    received_at timestamptz NOT NULL,
    battery smallint NOT NULL,
    temperature smallint NOT NULL,
    rssi smallint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (farm_id, minute, device_id, counter)
) PARTITION BY RANGE (minute);

-- Hours of a farm about which something new was heard, and which the two-hour readings do not hold yet.
CREATE TABLE IF NOT EXISTS clarine_herd.touched (
    farm_id integer NOT NULL,
    hour integer NOT NULL,
    times integer NOT NULL DEFAULT 1,
    PRIMARY KEY (farm_id, hour)
);

-- What devices said of themselves.
CREATE TABLE IF NOT EXISTS clarine_herd.reports (
    farm_id integer NOT NULL,
    device_id integer NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    battery real,
    rssi smallint,
    interval_min smallint,
    detail text NOT NULL,
    PRIMARY KEY (farm_id, device_id, kind, at)
);

-- Pieces of the raw signal: little-endian int16 x, y, z.
CREATE TABLE IF NOT EXISTS clarine_herd.snippets (
    farm_id integer NOT NULL,
    device_id integer NOT NULL,
    at timestamptz NOT NULL,
    counter bigint NOT NULL,
    hz real NOT NULL,
    g_per_unit real NOT NULL,
    samples bytea NOT NULL,
    PRIMARY KEY (farm_id, device_id, at, counter)
);

-- What was refused: counted by farm, day and reason; the last of them kept with their bytes.
CREATE TABLE IF NOT EXISTS clarine_herd.refusals (
    farm text NOT NULL,
    day date NOT NULL,
    reason text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (farm, day, reason)
);

CREATE TABLE IF NOT EXISTS clarine_herd.dead_letters (
    farm text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    received_at timestamptz NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (farm, id)
);

-- How far each partition of the broker has been taken in, by the broker's own clock: no day after it is sealed.
CREATE TABLE IF NOT EXISTS clarine_herd.intakes (
    partition integer PRIMARY KEY,
    heard_through timestamptz NOT NULL
);

-- The history files that count; a file that is not named here is what a crash left, and is swept.
CREATE TABLE IF NOT EXISTS clarine_herd.sealed (
    farm text NOT NULL,
    from_day date NOT NULL,
    until_day date NOT NULL,
    path text NOT NULL,
    rows bigint NOT NULL,
    bytes bigint NOT NULL,
    PRIMARY KEY (farm, from_day)
);
