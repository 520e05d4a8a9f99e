-- :add_businesses new businesses
INSERT INTO business (business_id, waba_id, app_id, app_secret, name, about, verified, currency, profile, created_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[],
                     $9::text[], $10::timestamptz[]);

-- :add_wallets a new business has no money yet
INSERT INTO wallet (business_id, currency, available_micros, held_micros, spent_micros)
SELECT k.business_id, k.currency, 0, 0, 0 FROM unnest($1::bigint[], $2::text[]) AS k(business_id, currency);

-- :add_outboxes its counters
INSERT INTO outbox (business_id) SELECT unnest($1::bigint[]);

-- :add_directory from object ids to their business
INSERT INTO account_directory (object_id, business_id) SELECT * FROM unnest($1::bigint[], $2::bigint[]);

-- :add_phone_numbers new numbers
INSERT INTO phone_number (business_id, phone_number_id, phone, verified_name, quality, verified, registered, requested_name, created_at)
SELECT k.*, $9 FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::boolean[], $7::boolean[], $8::text[]) AS k;

-- :phones_taken which of these numbers somebody has; asked when a number is added, so the scan over all businesses is rare
SELECT phone FROM phone_number WHERE phone = ANY($1::bigint[])
UNION SELECT phone FROM phone_directory WHERE phone = ANY($1::bigint[]);

-- :owners_of whose ids these are
SELECT object_id, business_id FROM account_directory WHERE object_id = ANY($1::bigint[]);

-- :put_profiles what a business says about itself
UPDATE business b SET about = k.about, profile = k.profile
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k(business_id, about, profile) WHERE b.business_id = k.business_id;

-- :living_tokens living tokens
SELECT token_hash, business_id, name, created_at FROM access_token WHERE token_hash = ANY($1::bytea[]) AND ended_at IS NULL;

-- :add_tokens new tokens
INSERT INTO access_token (token_hash, business_id, name, created_at)
SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::timestamptz[]);

-- :end_tokens these tokens open no door any more
UPDATE access_token SET ended_at = $3 WHERE business_id = $1 AND token_hash = ANY($2::bytea[]) AND ended_at IS NULL RETURNING 1;

-- :templates_newest a page of a business's templates, newest first
SELECT business_id, template_id, name, language, category, status, parameter_format, components, rejected_reason, quality,
       created_at, updated_at, options
FROM template
WHERE business_id = $1 AND deleted_at IS NULL
  AND ($2::text IS NULL OR name = $2)
  AND ($3::text IS NULL OR strpos(name, lower($3)) > 0)
  AND ($4::text IS NULL OR strpos(lower(components), lower($4)) > 0)
  AND ($5::text IS NULL OR strpos(name, lower($5)) > 0 OR strpos(lower(components), lower($5)) > 0)
  AND ($6::text[] IS NULL OR language = ANY($6)) AND ($7::text[] IS NULL OR status = ANY($7))
  AND ($8::text[] IS NULL OR category = ANY($8)) AND ($9::text[] IS NULL OR quality = ANY($9))
  AND ($10::bigint IS NULL OR (created_at, template_id) < (
      SELECT c.created_at, c.template_id FROM template c WHERE c.business_id = $1 AND c.template_id = $10))
ORDER BY created_at DESC, template_id DESC LIMIT $11;

-- :templates_before the page before a cursor, oldest first
SELECT business_id, template_id, name, language, category, status, parameter_format, components, rejected_reason, quality,
       created_at, updated_at, options
FROM template
WHERE business_id = $1 AND deleted_at IS NULL
  AND ($2::text IS NULL OR name = $2)
  AND ($3::text IS NULL OR strpos(name, lower($3)) > 0)
  AND ($4::text IS NULL OR strpos(lower(components), lower($4)) > 0)
  AND ($5::text IS NULL OR strpos(name, lower($5)) > 0 OR strpos(lower(components), lower($5)) > 0)
  AND ($6::text[] IS NULL OR language = ANY($6)) AND ($7::text[] IS NULL OR status = ANY($7))
  AND ($8::text[] IS NULL OR category = ANY($8)) AND ($9::text[] IS NULL OR quality = ANY($9))
  AND (created_at, template_id) > (
      SELECT c.created_at, c.template_id FROM template c WHERE c.business_id = $1 AND c.template_id = $10)
ORDER BY created_at, template_id LIMIT $11;

-- :count_templates how many living templates a business has
SELECT count(*) FROM template WHERE business_id = $1 AND deleted_at IS NULL;

-- :templates_by_id living templates, locked
SELECT t.business_id, t.template_id, t.name, t.language, t.category, t.status, t.parameter_format, t.components,
       t.rejected_reason, t.quality, t.created_at, t.updated_at, t.options
FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, template_id)
JOIN template t ON t.business_id = k.business_id AND t.template_id = k.template_id AND t.deleted_at IS NULL
ORDER BY t.business_id, t.template_id FOR UPDATE OF t;

-- :add_templates templates whose name and language are free
INSERT INTO template (business_id, template_id, name, language, category, status, parameter_format, components,
                      rejected_reason, quality, created_at, updated_at, options)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::text[])
ON CONFLICT (business_id, name, language) WHERE deleted_at IS NULL DO NOTHING RETURNING template_id;

-- :put_templates what changed of templates
UPDATE template t SET category = k.category, status = k.status, parameter_format = k.parameter_format,
    components = k.components, rejected_reason = k.rejected_reason, quality = k.quality, updated_at = k.updated_at,
    options = k.options
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
            $10::text[])
     AS k(business_id, template_id, category, status, parameter_format, components, rejected_reason, quality, updated_at, options)
WHERE t.business_id = k.business_id AND t.template_id = k.template_id;

-- :end_templates deleted templates keep their row, so that their name stays known
UPDATE template t SET deleted_at = $3 FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, template_id)
WHERE t.business_id = k.business_id AND t.template_id = k.template_id AND t.deleted_at IS NULL;

-- :deleted_names names of approved templates that were deleted lately
SELECT DISTINCT t.business_id, t.name, t.language
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS k(business_id, name, language)
JOIN template t ON t.business_id = k.business_id AND t.name = k.name AND t.language = k.language
WHERE t.deleted_at > $4 AND t.status = 'APPROVED';

-- :add_media media that somebody may send or fetch
INSERT INTO media (owner_id, media_id, sha256, mime, size, filename, width, height, animated, created_at, expires_at)
SELECT k.owner_id, k.media_id, decode(k.sha256, 'hex'), k.mime, k.size, k.filename, k.width, k.height, k.animated,
       k.created_at, k.expires_at
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::int[], $8::int[], $9::boolean[],
            $10::timestamptz[], $11::timestamptz[])
     AS k(owner_id, media_id, sha256, mime, size, filename, width, height, animated, created_at, expires_at)
ON CONFLICT (owner_id, media_id) DO UPDATE SET expires_at = excluded.expires_at;

-- :end_media media that were deleted
UPDATE media m SET deleted_at = $3 FROM unnest($1::bigint[], $2::bigint[]) AS k(owner_id, media_id)
WHERE m.owner_id = k.owner_id AND m.media_id = k.media_id AND m.deleted_at IS NULL RETURNING 1;

-- :put_subscriptions where webhooks go
INSERT INTO subscription (business_id, scope, object_id, url, verify_token, fields, created_at)
SELECT k.business_id, k.scope, k.object_id, k.url, k.verify_token, string_to_array(k.fields, ','), $7
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
     AS k(business_id, scope, object_id, url, verify_token, fields)
ON CONFLICT (business_id, scope, object_id) DO UPDATE SET
    url = excluded.url, verify_token = excluded.verify_token, fields = excluded.fields;

-- :drop_subscriptions webhooks nobody wants any more
DELETE FROM subscription s USING unnest($1::bigint[], $2::text[], $3::bigint[]) AS k(business_id, scope, object_id)
WHERE s.business_id = k.business_id AND s.scope = k.scope AND s.object_id = k.object_id RETURNING 1;

-- :shut_out people whom a business blocks
INSERT INTO shut_out (business_id, person_id, at)
SELECT k.*, $3 FROM unnest($1::bigint[], $2::bigint[]) AS k ON CONFLICT DO NOTHING;

-- :let_in people whom it blocks no more
DELETE FROM shut_out s USING unnest($1::bigint[], $2::bigint[]) AS k(business_id, person_id)
WHERE s.business_id = k.business_id AND s.person_id = k.person_id;

-- :shut_out_among which of these pairs are blocked by the business
SELECT s.business_id, s.person_id FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, person_id)
JOIN shut_out s ON s.business_id = k.business_id AND s.person_id = k.person_id;

-- :count_shut_out how many a business blocks
SELECT count(*) FROM shut_out WHERE business_id = $1;

-- :shut_out_by a page of a block list
SELECT s.business_id, s.person_id, p.phone FROM shut_out s JOIN person p ON p.person_id = s.person_id
WHERE s.business_id = $1 AND s.person_id > $2 ORDER BY s.person_id LIMIT $3;
