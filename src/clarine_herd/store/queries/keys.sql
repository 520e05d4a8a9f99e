-- name: forget_keys
-- What is over, and a person's older codes: only the newest link opens.
DELETE FROM clarine_herd.keys WHERE farm = $1 AND (expires_at <= $2 OR (kind = 'code' AND contact = $3))

-- name: add_key
-- A code or a visit.
INSERT INTO clarine_herd.keys (farm, hash, kind, contact, expires_at) VALUES ($1, $2, $3, $4, $5)

-- name: use_code
-- A code opens once: it is gone when it has opened.
DELETE FROM clarine_herd.keys WHERE farm = $1 AND hash = $2 AND kind = 'code' AND expires_at > $3 RETURNING contact

-- name: whose_key
-- Whose code or visit it is; nobody's when it is over or the person is no contact any more.
SELECT contact.number, contact.phone, contact.place, contact.language, contact.hears, contact.plain, contact.muted_until,
       contact.offered
FROM clarine_herd.keys AS key
JOIN clarine_herd.contacts AS contact ON contact.farm = key.farm AND contact.number = key.contact
WHERE contact.hears <> 'none' AND key.farm = $1 AND key.hash = $2 AND key.kind = $3 AND key.expires_at > $4

-- name: end_visit
-- Somebody signed out.
DELETE FROM clarine_herd.keys WHERE farm = $1 AND hash = $2 AND kind = 'visit'
