-- What the collars said. Every key begins with the farm, because farms are independent of each other.
-- Times without a zone are the farm's wall clock, times with one are ours.

CREATE TABLE IF NOT EXISTS clarine_herd.readings (
    farm text NOT NULL,
    animal text NOT NULL,
    measured_at timestamp NOT NULL,
    activity double precision,
    activity_index double precision,
    lactation_days integer,
    lactation_status text,
    -- How many of the minutes were heard, and what the animal did in them.
    heard_min smallint,
    lying_min smallint,
    standing_min smallint,
    walking_min smallint,
    eating_min smallint,
    ruminating_min smallint,
    temperature_c double precision,
    angle_deg double precision,
    -- Our time at which the row had its present values.
    known_since timestamptz NOT NULL DEFAULT now(),
    -- Made of minutes of collars, and made again when more of them come.
    gathered boolean NOT NULL DEFAULT false,
    PRIMARY KEY (farm, animal, measured_at)
);

CREATE INDEX IF NOT EXISTS readings_by_time ON clarine_herd.readings (farm, measured_at);
