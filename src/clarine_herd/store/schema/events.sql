-- What happened to animals, as people entered it. The same entry again (the same message, handled twice) is one row.
CREATE TABLE IF NOT EXISTS clarine_herd.events (
    farm text NOT NULL,
    animal text NOT NULL,
    kind text NOT NULL,
    at timestamp NOT NULL,
    note text NOT NULL DEFAULT '',
    entered_by text NOT NULL DEFAULT '',
    entered_at timestamptz NOT NULL DEFAULT now(),
    -- The message it came with, or the moment itself.
    source text NOT NULL,
    PRIMARY KEY (farm, animal, kind, source)
);

-- The farm's air, for the temperature-humidity index.
CREATE TABLE IF NOT EXISTS clarine_herd.climate (
    farm text NOT NULL,
    measured_at timestamp NOT NULL,
    temperature_c double precision NOT NULL,
    humidity_pct double precision NOT NULL CHECK (humidity_pct BETWEEN 0 AND 100),
    PRIMARY KEY (farm, measured_at)
);
