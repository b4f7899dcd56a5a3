-- +goose Up

-- What changes daily (price, stock) leaves the prepared document, so that a new
-- price does not write it anew; content tells quickly that the rest is the same.
alter table offers add column price_rrc bigint;                          -- kopecks, null: none
alter table offers add column content bigint not null default 0;         -- fingerprint of all but price and stock
alter table offers add column import_id bigint not null default 0;       -- the list that brought it first
alter table offers add column unit_code text not null default '';        -- ОКЕИ
alter table offers add column unit_name text not null default '';
alter table offers add column vat text not null default '';              -- '22', '10', … 'none'; '' when not said
alter table offers add column barcode text not null default '';          -- the first of them
alter table offers add column vendor text not null default '';
alter table offers add column vendor_code text not null default '';
alter table offers add column min_quantity bigint not null default 0;    -- 0 when not said
alter table offers add column multiple bigint not null default 0;        -- 0 when not said
alter table offers set (fillfactor = 90);                                 -- a new price needs no new index entries
update offers set
    price_rrc = cast(round(cast(nullif(substr(document,
        strpos(document, ',"price_rrc":') + 13,
        strpos(document, ',"external_id":') - strpos(document, ',"price_rrc":') - 13), 'null') as numeric) * 100) as bigint),
    document = substr(document, 1, strpos(document, ',"price":') - 1) || substr(document, strpos(document, ',"external_id":'))
where strpos(document, ',"price":') > 0;

-- Rows of a price list on their way into offers.
drop table staged_offers;
create table staged_offers (
    import_id    bigint not null,
    kind         bigint not null check (kind between 0 and 4), -- see catalog/stage.go
    line         bigint not null,
    external_id  text collate "C" not null,
    price        bigint,
    price_rrc    bigint,
    quantity     bigint,
    content      bigint not null,
    category     text,                              -- the rest: only of kind 0
    category_key text collate "C",
    name         text,
    name_key     text collate "C",
    model        text,
    unit_code    text,
    unit_name    text,
    vat          text,
    barcode      text,
    vendor       text,
    vendor_code  text,
    min_quantity bigint,
    multiple     bigint,
    document     text,
    details      text
);
create unique index staged_offers_import on staged_offers (import_id, external_id);
create index staged_offers_changes on staged_offers (import_id, kind) where kind < 4;
-- It is analyzed for every list: a rough idea of it is enough.
alter table staged_offers alter column import_id set statistics 20, alter column kind set statistics 20,
    alter column external_id set statistics 20, alter column category_key set statistics 20, alter column name_key set statistics 20;

-- Offers as they were before a list changed them, to take it back.
create table offer_versions (
    import_id    bigint not null,
    offer_id     bigint not null references offers (id),
    price        bigint not null,
    price_rrc    bigint,
    on_hand      bigint not null,
    withdrawn    boolean not null,
    content      bigint,                            -- null, as the rest: it was not changed
    product_id   bigint,
    category_id  bigint,
    model        text,
    unit_code    text,
    unit_name    text,
    vat          text,
    barcode      text,
    vendor       text,
    vendor_code  text,
    min_quantity bigint,
    multiple     bigint,
    document     text,
    details      text,
    primary key (import_id, offer_id)
);

-- How often lists and rollbacks have changed the offers of a shop.
create table offer_generations (
    shop_id    bigint primary key references shops (id),
    generation bigint not null
);

alter table imports add column kind text not null default 'list' check (kind in ('list', 'rollback'));
alter table imports add column dry_run boolean not null default false;   -- it stops when checked
alter table imports add column good_rows boolean not null default false; -- goods with errors are left out
alter table imports add column scheduled boolean not null default false;
alter table imports add column hash text not null default '';            -- SHA-256 of the bytes
alter table imports add column partial boolean not null default false;
alter table imports add column currency text not null default '';        -- that the list says
alter table imports add column profile bigint not null default 0;        -- version of the profile it was read by
alter table imports add column difference text not null default '';      -- JSON: see pricelist/record.go
alter table imports add column held text not null default '';            -- JSON: why it waits for a person
alter table imports add column held_generation bigint not null default 0; -- of the offers it was compared with
alter table imports add column held_profile bigint not null default 0;    -- version of the profile it was read by then
alter table imports add column decided_by bigint references users (id);  -- who let it pass, or discarded it
alter table imports add column repeats bigint;                           -- the import of the same bytes
alter table imports add column forgotten boolean not null default false; -- it can't be rolled back any more
alter table imports add column rolled_back_at timestamptz;
create index imports_unfinished on imports (shop_id, id) where finished_at is null;
alter table import_chunks alter column data set storage external;        -- they are compressed already
delete from import_chunks; -- compressed from now on
update imports set size = 0 where finished_at is null and url <> '';     -- they are fetched again
update imports set state = 'refused', code = 'price_list_failed', finished_at = created_at,
    reason_ru = 'Прайс-лист не удалось обработать; пришлите его ещё раз', reason_en = 'The price list could not be processed; send it again'
where finished_at is null and url = '';
update imports set forgotten = true where state = 'applied';             -- what the offers were before was not kept then
alter table import_problems add column cell text not null default '';

-- How a supplier's lists are read and what about them is held.
create table price_profiles (
    shop_id           bigint primary key references shops (id),
    version           bigint not null,              -- counts its changes
    layout            text not null,                -- JSON: reading.Profile
    found             text not null,                -- JSON: reading.Layout of the last table
    withdrawn_percent bigint not null check (withdrawn_percent between 0 and 100),
    price_percent     bigint not null check (price_percent >= 100),
    good_rows         boolean not null
);
