-- name: save_inbound
-- What the farmer wrote or tapped, each once.
INSERT INTO clarine_herd.inbound (farm, wamid, sender, at, kind, value, context)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING

-- name: waiting_inbound
-- What has not been answered yet.
SELECT wamid, sender, at, kind, value, context FROM clarine_herd.inbound
WHERE farm = $1 AND handled_at IS NULL ORDER BY at, wamid LIMIT 100

-- name: handled_inbound
-- It has been answered.
UPDATE clarine_herd.inbound SET handled_at = $3 WHERE farm = $1 AND wamid = $2

-- name: last_inbound
-- When the farmer last wrote: the 24-hour window counts from it.
SELECT max(at) FROM clarine_herd.inbound WHERE farm = $1 AND sender = $2

-- name: stop_words
-- The farmer's texts, newest first, in which a stop or start may stand.
SELECT value FROM clarine_herd.inbound
WHERE farm = $1 AND sender = $2 AND kind = 'text' ORDER BY at DESC, wamid DESC LIMIT 200

-- name: uploaded
-- What an answer has uploaded under a key.
SELECT media FROM clarine_herd.uploads WHERE farm = $1 AND key = $2

-- name: forget_uploads
-- What no answer tries again any more.
DELETE FROM clarine_herd.uploads WHERE farm = $1 AND at < now() - interval '1 day'

-- name: remember_upload
-- What an answer has uploaded.
INSERT INTO clarine_herd.uploads (farm, key, media) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
