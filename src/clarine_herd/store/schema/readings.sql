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
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (farm, animal, measured_at)
);

CREATE INDEX IF NOT EXISTS readings_by_time ON clarine_herd.readings (farm, measured_at);
