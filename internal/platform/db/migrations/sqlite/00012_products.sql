-- +goose Up

-- Which offers are of one product. What a supplier calls its good is the offer's
-- own; how the offer came to its product is kept with it.
alter table offers add column name text not null default '';
alter table offers add column matched_by text not null default 'name'
    check (matched_by in ('hand', 'barcode', 'vendor_code', 'name'));
update offers set name = (select p.name from products p where p.id = offers.product_id);
alter table offer_versions add column name text;
alter table offer_versions add column matched_by text;
update offer_versions set name = (select p.name from products p where p.id = offer_versions.product_id), matched_by = 'name'
where content is not null;

-- By what a product is known. A key is of one product.
create table product_keys (
    kind       text not null check (kind in ('barcode', 'vendor_code', 'name')),
    key        text not null,                   -- a GTIN; folded vendor, tab, code; category/folded name
    product_id integer not null references products (id),
    primary key (kind, key)
);
create index product_keys_product on product_keys (product_id, kind);
insert into product_keys (kind, key, product_id) select 'name', category_id || '/' || name_key, id from products;
insert into product_keys (kind, key, product_id)
select 'barcode', barcode, min(product_id) from offers where barcode <> '' group by barcode;
-- Offers of one barcode in several products are matched anew by their next list.
update offers set content = 0 where barcode <> '' and exists (
    select 1 from product_keys k where k.kind = 'barcode' and k.key = offers.barcode and k.product_id <> offers.product_id);

-- Rows of a price list on their way to a product.
alter table staged_offers add column vendor_key text;
create table staged_products (
    import_id   integer not null,
    external_id text not null,
    product_id  integer not null,
    matched_by  text not null,
    primary key (import_id, external_id)
);

-- What administrators have merged and split, to take it back.
create table product_changes (
    id         integer primary key autoincrement,
    kind       text not null check (kind in ('merge', 'split')),
    product_id integer not null references products (id), -- whose offers it became
    from_id    integer not null references products (id), -- whose they were
    created_at integer not null,
    undone_at  integer
);
create index product_changes_product on product_changes (product_id, id);
create index product_changes_from on product_changes (from_id, id);

create table product_moves (
    change_id  integer not null references product_changes (id),
    offer_id   integer not null references offers (id),
    matched_by text not null,                       -- before
    primary key (change_id, offer_id)
);

create table product_key_moves (
    change_id integer not null references product_changes (id),
    kind      text not null,
    key       text not null,
    primary key (change_id, kind, key)
);
