-- +goose Up

-- What changes daily (price, stock) leaves the prepared document, so that a new
-- price does not write it anew; content tells quickly that the rest is the same.
alter table offers add column price_rrc integer;                          -- kopecks, null: none
alter table offers add column content integer not null default 0;         -- fingerprint of all but price and stock
alter table offers add column import_id integer not null default 0;       -- the list that brought it first
alter table offers add column unit_code text not null default '';        -- ОКЕИ
alter table offers add column unit_name text not null default '';
alter table offers add column vat text not null default '';              -- '22', '10', … 'none'; '' when not said
alter table offers add column barcode text not null default '';          -- the first of them
alter table offers add column vendor text not null default '';
alter table offers add column vendor_code text not null default '';
alter table offers add column min_quantity integer not null default 0;    -- 0 when not said
alter table offers add column multiple integer not null default 0;        -- 0 when not said
update offers set
    price_rrc = cast(round(cast(nullif(substr(document,
        instr(document, ',"price_rrc":') + 13,
        instr(document, ',"external_id":') - instr(document, ',"price_rrc":') - 13), 'null') as real) * 100) as integer),
    document = substr(document, 1, instr(document, ',"price":') - 1) || substr(document, instr(document, ',"external_id":'))
where instr(document, ',"price":') > 0;

-- Rows of a price list on their way into offers.
drop table staged_offers;
create table staged_offers (
    import_id    integer not null,
    kind         integer not null check (kind between 0 and 4), -- see catalog/stage.go
    line         integer not null,
    external_id  text not null,
    price        integer,
    price_rrc    integer,
    quantity     integer,
    content      integer not null,
    category     text,                              -- the rest: only of kind 0
    category_key text,
    name         text,
    name_key     text,
    model        text,
    unit_code    text,
    unit_name    text,
    vat          text,
    barcode      text,
    vendor       text,
    vendor_code  text,
    min_quantity integer,
    multiple     integer,
    document     text,
    details      text
);
create unique index staged_offers_import on staged_offers (import_id, external_id);
create index staged_offers_changes on staged_offers (import_id, kind) where kind < 4;

-- Offers as they were before a list changed them, to take it back.
create table offer_versions (
    import_id    integer not null,
    offer_id     integer not null references offers (id),
    price        integer not null,
    price_rrc    integer,
    on_hand      integer not null,
    withdrawn    boolean not null,
    content      integer,                            -- null, as the rest: it was not changed
    product_id   integer,
    category_id  integer,
    model        text,
    unit_code    text,
    unit_name    text,
    vat          text,
    barcode      text,
    vendor       text,
    vendor_code  text,
    min_quantity integer,
    multiple     integer,
    document     text,
    details      text,
    primary key (import_id, offer_id)
);

-- How often lists and rollbacks have changed the offers of a shop.
create table offer_generations (
    shop_id    integer primary key references shops (id),
    generation integer not null
);

alter table imports add column kind text not null default 'list' check (kind in ('list', 'rollback'));
alter table imports add column dry_run boolean not null default false;   -- it stops when checked
alter table imports add column good_rows boolean not null default false; -- goods with errors are left out
alter table imports add column scheduled boolean not null default false;
alter table imports add column hash text not null default '';            -- SHA-256 of the bytes
alter table imports add column partial boolean not null default false;
alter table imports add column currency text not null default '';        -- that the list says
alter table imports add column profile integer not null default 0;        -- version of the profile it was read by
alter table imports add column difference text not null default '';      -- JSON: see pricelist/record.go
alter table imports add column held text not null default '';            -- JSON: why it waits for a person
alter table imports add column held_generation integer not null default 0; -- of the offers it was compared with
alter table imports add column held_profile integer not null default 0;    -- version of the profile it was read by then
alter table imports add column decided_by integer references users (id);  -- who let it pass, or discarded it
alter table imports add column repeats integer;                           -- the import of the same bytes
alter table imports add column forgotten boolean not null default false; -- it can't be rolled back any more
alter table imports add column rolled_back_at integer;
create index imports_unfinished on imports (shop_id, id) where finished_at is null;
delete from import_chunks; -- compressed from now on
update imports set size = 0 where finished_at is null and url <> '';     -- they are fetched again
update imports set state = 'refused', code = 'price_list_failed', finished_at = created_at,
    reason_ru = 'Прайс-лист не удалось обработать; пришлите его ещё раз', reason_en = 'The price list could not be processed; send it again'
where finished_at is null and url = '';
update imports set forgotten = true where state = 'applied';             -- what the offers were before was not kept then
alter table import_problems add column cell text not null default '';

-- How a supplier's lists are read and what about them is held.
create table price_profiles (
    shop_id           integer primary key references shops (id),
    version           integer not null,              -- counts its changes
    layout            text not null,                -- JSON: reading.Profile
    found             text not null,                -- JSON: reading.Layout of the last table
    withdrawn_percent integer not null check (withdrawn_percent between 0 and 100),
    price_percent     integer not null check (price_percent >= 100),
    good_rows         boolean not null
);
