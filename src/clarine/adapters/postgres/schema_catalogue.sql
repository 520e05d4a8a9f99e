-- What businesses offer for sale, distributed by business_id.

CREATE TABLE catalogue (
    business_id  bigint NOT NULL,
    catalogue_id bigint NOT NULL,
    name         text NOT NULL,
    connected    boolean NOT NULL,         -- people see it: at most one of a business
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (business_id, catalogue_id)
);
CREATE UNIQUE INDEX catalogue_connected ON catalogue (business_id) WHERE connected;

CREATE TABLE product (
    business_id  bigint NOT NULL,
    catalogue_id bigint NOT NULL,
    retailer_id  text NOT NULL,            -- the business's own name for it
    product_id   bigint NOT NULL,
    name         text NOT NULL,
    description  text NOT NULL,
    price_micros bigint NOT NULL CHECK (price_micros >= 0),
    currency     text NOT NULL,
    availability text NOT NULL CHECK (availability IN
                 ('in stock', 'out of stock', 'preorder', 'available for order', 'discontinued')),
    hidden       boolean NOT NULL,
    details      text NOT NULL,            -- JSON: url, image_url, brand, category, condition
    position     integer NOT NULL,         -- where it stands in its catalogue
    picture      text,                     -- domain.message.Media as JSON; null: none, or it could not be fetched
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (business_id, catalogue_id, retailer_id)
);
CREATE INDEX product_position ON product (business_id, catalogue_id, position);
CREATE UNIQUE INDEX product_by_id ON product (business_id, product_id);
