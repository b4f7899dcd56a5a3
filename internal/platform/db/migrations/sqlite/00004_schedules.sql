-- +goose Up

-- When a shop's price list is fetched, and how that goes (feature pricelist).
create table price_schedules (
    id            integer primary key autoincrement,
    shop_id       integer not null unique references shops (id),
    url           text not null,
    times         text not null,                    -- a cron expression of five fields
    time_zone     text not null,                    -- an IANA name
    etag          text not null,                    -- of the last answer
    last_modified text not null,
    hash          text not null,                    -- SHA-256 of the last bytes
    next_at       integer not null,
    checked_at    integer,
    last_import   integer references imports (id) on delete set null,
    failing_since integer,                          -- null: the last time went well
    failed_at     integer,                          -- the last failure, kept for its letter
    failed_import integer references imports (id) on delete set null, -- null: the fetch itself failed
    failure_ru    text not null,
    failure_en    text not null
);
create index price_schedules_next on price_schedules (next_at);
create index price_schedules_import on price_schedules (last_import);
create index price_schedules_failed on price_schedules (failed_import);

-- 1C at work: sessions of its exchange, and the files that it sends (feature
-- pricelist). Only the hash of a session's secret is known here.
create table exchange_sessions (
    id         integer primary key autoincrement,
    hash       blob not null unique,
    user_id    integer not null references users (id) on delete cascade,
    shop_id    integer not null references shops (id),
    stamp      text not null,                       -- of the password that opened it
    import_id  integer references imports (id) on delete set null,-- the last that it began
    expires_at integer not null
);
create index exchange_sessions_user on exchange_sessions (user_id, id);
create index exchange_sessions_import on exchange_sessions (import_id);

create table exchange_files (
    id         integer primary key autoincrement,
    session_id integer not null references exchange_sessions (id) on delete cascade,
    name       text not null,
    size       integer not null,                    -- bytes
    chunks     integer not null,
    closed     boolean not null,                    -- an import took it: what comes now begins it anew
    import_id  integer references imports (id) on delete set null, -- null: not used yet
    unique (session_id, name)
);
create index exchange_files_import on exchange_files (import_id);

create table exchange_chunks (
    file_id integer not null references exchange_files (id) on delete cascade,
    n       integer not null,
    data    blob not null,
    primary key (file_id, n)
);

-- What a supplier's 1C has of its orders (feature order).
alter table order_parts add column taken_at integer; -- by 1C
create index order_parts_untaken on order_parts (shop_id, id) where taken_at is null;
create table order_queries ( -- the last answer of a session, until 1C has it
    exchange_id integer not null references exchange_sessions (id) on delete cascade,
    part_id     integer not null references order_parts (id),
    primary key (exchange_id, part_id)
);
create index order_queries_part on order_queries (part_id);
