-- +goose Up

-- Price lists that the service writes (feature pricelist).
create table exports (
    id          integer primary key autoincrement,
    shop_id     integer references shops (id),      -- null: all shops
    user_id     integer not null references users (id), -- who asked for it, and alone sees it
    format      text not null,
    state       text not null check (state in ('queued', 'ready', 'failed')),
    code        text not null,                      -- of the failure
    reason_ru   text not null,
    reason_en   text not null,
    size        integer not null,                    -- bytes
    rows        integer not null,                    -- goods
    created_at  integer not null,
    finished_at integer,
    expires_at  integer not null                     -- then it is deleted
);
-- What is being made is made once.
create unique index exports_queued on exports (user_id, format, coalesce(shop_id, 0)) where state = 'queued';
create index exports_expiry on exports (expires_at);

create table export_chunks (
    export_id integer not null references exports (id) on delete cascade,
    n         integer not null,
    data      blob not null,
    primary key (export_id, n)
);

-- Addresses of a file: hashes of their secrets.
create table export_links (
    id        integer primary key autoincrement,
    export_id integer not null references exports (id) on delete cascade,
    hash      blob not null unique
);
create index export_links_export on export_links (export_id, id);
