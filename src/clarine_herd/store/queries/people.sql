-- name: wishes
-- How the farm wants to be told; no row means the defaults.
SELECT species, quiet_from, quiet_to, cows_per_message, messages_min, strictness
FROM clarine_herd.wishes WHERE farm = $1

-- name: save_wishes
-- The farm's wishes, whole.
INSERT INTO clarine_herd.wishes
    (farm, species, quiet_from, quiet_to, cows_per_message, messages_min, strictness)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (farm) DO UPDATE
SET species = excluded.species, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
    cows_per_message = excluded.cows_per_message, messages_min = excluded.messages_min, strictness = excluded.strictness

-- name: contacts
-- Everybody, in the order in which a critical alert looks for somebody.
SELECT number, phone, place, language, hears, plain, muted_until, offered
FROM clarine_herd.contacts WHERE farm = $1 AND hears <> 'none' ORDER BY place, number

-- name: add_contacts
-- People that are not known yet, behind those that are; what was chosen for a known one stays, also that they are gone.
INSERT INTO clarine_herd.contacts (farm, number, phone, place, language, hears)
SELECT $1, last.number + row_number() OVER (ORDER BY seen.place), seen.phone,
       last.place + row_number() OVER (ORDER BY seen.place), seen.language, seen.hears
FROM unnest($2::text[], $3::integer[], $4::text[], $5::text[]) AS seen (phone, place, language, hears),
     (SELECT coalesce(max(number), 0) AS number, coalesce(max(place), -1) AS place
      FROM clarine_herd.contacts WHERE farm = $1) AS last
ON CONFLICT (farm, phone) DO NOTHING

-- name: bring_back
-- Somebody who was taken out hears again.
UPDATE clarine_herd.contacts SET language = $3, hears = $4,
    place = (SELECT max(place) + 1 FROM clarine_herd.contacts WHERE farm = $1)
WHERE farm = $1 AND phone = $2 AND hears = 'none'

-- name: lock_contacts
-- Everybody's row: two changes of who hears wait for each other.
SELECT number, hears FROM clarine_herd.contacts WHERE farm = $1 AND hears <> 'none' ORDER BY place, number FOR UPDATE

-- name: save_contacts
-- What was chosen for people, and their order.
UPDATE clarine_herd.contacts AS known SET language = chosen.language, hears = chosen.hears, place = chosen.place
FROM unnest($2::integer[], $3::text[], $4::text[], $5::integer[]) AS chosen (number, language, hears, place)
WHERE known.farm = $1 AND known.number = chosen.number

-- name: set_language
-- A person chose a language.
UPDATE clarine_herd.contacts SET language = $3 WHERE farm = $1 AND number = $2

-- name: set_muted
-- A person asked for quiet until farm time $3.
UPDATE clarine_herd.contacts SET muted_until = $3 WHERE farm = $1 AND number = $2

-- name: set_plain
-- The API takes no buttons for this person.
UPDATE clarine_herd.contacts SET plain = true WHERE farm = $1 AND number = $2

-- name: set_offered
-- What the numbers of this person's last menu stand for.
UPDATE clarine_herd.contacts SET offered = $3 WHERE farm = $1 AND number = $2
