-- :add_flows flows whose names are free
INSERT INTO flow (business_id, flow_id, name, status, categories, endpoint_uri, flow_json, sha256, findings, json_version,
                  data_api_version, created_at, updated_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[])
ON CONFLICT (business_id, name) DO NOTHING RETURNING flow_id;

-- :put_flows what may change of flows, unless another one has the name
UPDATE flow f SET name = k.name, status = k.status, categories = k.categories, endpoint_uri = k.endpoint_uri,
    flow_json = k.flow_json, sha256 = k.sha256, findings = k.findings, json_version = k.json_version,
    data_api_version = k.data_api_version, updated_at = k.updated_at
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[])
     AS k(business_id, flow_id, name, status, categories, endpoint_uri, flow_json, sha256, findings, json_version,
          data_api_version, created_at, updated_at)
WHERE f.business_id = k.business_id AND f.flow_id = k.flow_id
  AND NOT EXISTS (SELECT 1 FROM flow o WHERE o.business_id = k.business_id AND o.name = k.name AND o.flow_id <> k.flow_id)
RETURNING f.flow_id;

-- :drop_flows flows that were never published
DELETE FROM flow f USING unnest($1::bigint[], $2::bigint[]) AS k(business_id, flow_id)
WHERE f.business_id = k.business_id AND f.flow_id = k.flow_id;

-- :lock_flows flows, locked
SELECT f.business_id, f.flow_id, f.name, f.status, f.categories, f.endpoint_uri, f.flow_json, f.sha256, f.findings,
       f.json_version, f.data_api_version, f.created_at, f.updated_at
FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, flow_id)
JOIN flow f ON f.business_id = k.business_id AND f.flow_id = k.flow_id
ORDER BY f.business_id, f.flow_id FOR UPDATE OF f;

-- :flows flows by their keys
SELECT f.business_id, f.flow_id, f.name, f.status, f.categories, f.endpoint_uri, f.flow_json, f.sha256, f.findings,
       f.json_version, f.data_api_version, f.created_at, f.updated_at
FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, flow_id)
JOIN flow f ON f.business_id = k.business_id AND f.flow_id = k.flow_id;

-- :flow_states how flows stand
SELECT f.business_id, f.flow_id, f.status
FROM unnest($1::bigint[], $2::bigint[]) AS k(business_id, flow_id)
JOIN flow f ON f.business_id = k.business_id AND f.flow_id = k.flow_id;

-- :flows_named flows by their names
SELECT f.business_id, f.flow_id, f.name, f.status, f.categories, f.endpoint_uri, f.flow_json, f.sha256, f.findings,
       f.json_version, f.data_api_version, f.created_at, f.updated_at
FROM unnest($1::bigint[], $2::text[]) AS k(business_id, name)
JOIN flow f ON f.business_id = k.business_id AND f.name = k.name;

-- :flows_newest a page of a business's flows without their JSON, newest first
SELECT business_id, flow_id, name, status, categories, endpoint_uri, NULL AS flow_json, sha256, findings, json_version,
       data_api_version, created_at, updated_at
FROM flow
WHERE business_id = $1 AND ($2::bigint IS NULL OR (created_at, flow_id) < (
    SELECT c.created_at, c.flow_id FROM flow c WHERE c.business_id = $1 AND c.flow_id = $2))
ORDER BY created_at DESC, flow_id DESC LIMIT $3;

-- :flows_before the page before a cursor, without their JSON, oldest first
SELECT business_id, flow_id, name, status, categories, endpoint_uri, NULL AS flow_json, sha256, findings, json_version,
       data_api_version, created_at, updated_at
FROM flow
WHERE business_id = $1 AND (created_at, flow_id) > (
    SELECT c.created_at, c.flow_id FROM flow c WHERE c.business_id = $1 AND c.flow_id = $2)
ORDER BY created_at, flow_id LIMIT $3;

-- :use_throttled one more message of a throttled flow, unless its hour is used up
UPDATE flow SET throttled_from = CASE WHEN throttled_from > $4 THEN throttled_from ELSE $3 END,
    throttled_sent = CASE WHEN throttled_from > $4 THEN throttled_sent + 1 ELSE 1 END
WHERE business_id = $1 AND flow_id = $2 AND (throttled_from IS NULL OR throttled_from <= $4 OR throttled_sent < $5)
RETURNING 1;

-- :put_flow_key the public key of a number
INSERT INTO flow_key (business_id, phone_number_id, public_key, put_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (business_id, phone_number_id) DO UPDATE SET public_key = excluded.public_key, put_at = excluded.put_at;

-- :flow_keys the public keys of a business's numbers
SELECT phone_number_id, public_key FROM flow_key WHERE business_id = $1;
