-- The farm's own wishes. A farm without a row has the defaults.
CREATE TABLE IF NOT EXISTS clarine_herd.wishes (
    farm text NOT NULL,
    species text NOT NULL DEFAULT 'cattle' CHECK (species IN ('cattle', 'buffalo')),
    quiet_from time NOT NULL DEFAULT '21:00',
    quiet_to time NOT NULL DEFAULT '06:00',
    cows_per_message integer NOT NULL DEFAULT 20 CHECK (cows_per_message BETWEEN 1 AND 1000),
    messages_min integer NOT NULL DEFAULT 2 CHECK (messages_min BETWEEN 0 AND 100),
    -- Asked for beyond the start values, in spreads: what the farm wants to hear less or more of.
    strictness double precision NOT NULL DEFAULT 0 CHECK (strictness BETWEEN -1 AND 2),
    PRIMARY KEY (farm)
);

-- Who hears from the farm and may write to it, in the order in which a critical alert looks for somebody.
CREATE TABLE IF NOT EXISTS clarine_herd.contacts (
    farm text NOT NULL,
    number integer NOT NULL,
    phone text NOT NULL,
    place integer NOT NULL,
    language text NOT NULL CHECK (language IN ('en', 'fr', 'hi', 'ur')),
    -- all: every alert and digest; critical: only what nobody else answered; none: taken out, and not added by a start again.
    hears text NOT NULL CHECK (hears IN ('all', 'critical', 'none')),
    -- Set when the API would not take buttons for this person: menus are numbered then.
    plain boolean NOT NULL DEFAULT false,
    muted_until timestamp,
    -- What the numbers of the last menu stand for.
    offered text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (farm, number),
    UNIQUE (farm, phone)
);
