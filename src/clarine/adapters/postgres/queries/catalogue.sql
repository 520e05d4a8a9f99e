-- :add_catalogue a catalogue
INSERT INTO catalogue (business_id, catalogue_id, name, connected, created_at) VALUES ($1, $2, $3, $4, $5);

-- :rename_catalogue another name
UPDATE catalogue SET name = $3 WHERE business_id = $1 AND catalogue_id = $2;

-- :disconnect_catalogues people see none
UPDATE catalogue SET connected = false WHERE business_id = $1 AND connected;

-- :connect_catalogue people see this one
UPDATE catalogue SET connected = true WHERE business_id = $1 AND catalogue_id = $2;

-- :drop_catalogue a catalogue is gone
DELETE FROM catalogue WHERE business_id = $1 AND catalogue_id = $2;

-- :drop_all_products with everything in it
DELETE FROM product WHERE business_id = $1 AND catalogue_id = $2;

-- :catalogues of a business, locked
SELECT business_id, catalogue_id, name, connected, created_at FROM catalogue
WHERE business_id = $1 ORDER BY created_at, catalogue_id FOR UPDATE;

-- :put_products products, new or changed
INSERT INTO product (business_id, catalogue_id, retailer_id, product_id, name, description, price_micros, currency, availability,
                     hidden, details, position, picture, created_at, updated_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::text[],
                     $9::text[], $10::boolean[], $11::text[], $12::integer[], $13::text[], $14::timestamptz[], $15::timestamptz[])
ON CONFLICT (business_id, catalogue_id, retailer_id) DO UPDATE SET name = excluded.name, description = excluded.description,
    price_micros = excluded.price_micros, currency = excluded.currency, availability = excluded.availability,
    hidden = excluded.hidden, details = excluded.details, picture = excluded.picture, updated_at = excluded.updated_at;

-- :drop_products products are gone
DELETE FROM product WHERE business_id = $1 AND catalogue_id = $2 AND retailer_id = ANY($3::text[]) RETURNING retailer_id;

-- :products by the business's own names for them
SELECT business_id, catalogue_id, retailer_id, product_id, name, description, price_micros, currency, availability, hidden, details,
       position, picture, created_at, updated_at
FROM product WHERE business_id = $1 AND catalogue_id = $2 AND retailer_id = ANY($3::text[]);

-- :product_by_id one by its id
SELECT business_id, catalogue_id, retailer_id, product_id, name, description, price_micros, currency, availability, hidden, details,
       position, picture, created_at, updated_at
FROM product WHERE business_id = $1 AND product_id = $2;

-- :products_of a page of a catalogue
SELECT p.business_id, p.catalogue_id, p.retailer_id, p.product_id, p.name, p.description, p.price_micros, p.currency,
       p.availability, p.hidden, p.details, p.position, p.picture, p.created_at, p.updated_at
FROM product p
WHERE p.business_id = $1 AND p.catalogue_id = $2 AND NOT ($5 AND p.hidden) AND ($3::bigint IS NULL OR p.position > (
    SELECT c.position FROM product c WHERE c.business_id = $1 AND c.product_id = $3))
  AND ($6::text = '' OR strpos(lower(p.name || ' ' || p.retailer_id), lower($6)) > 0)
ORDER BY p.position LIMIT $4;

-- :product_tally how many products a catalogue has, and the position of the last
SELECT count(*), coalesce(max(position), 0) FROM product WHERE business_id = $1 AND catalogue_id = $2;
