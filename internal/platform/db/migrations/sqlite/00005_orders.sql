-- +goose Up

-- What people choose (feature account).
alter table users add column language text not null default 'ru' check (language in ('ru', 'en')); -- of letters
alter table users add column blocked boolean not null default false;          -- by an administrator
alter table users add column accept_shortages boolean not null default false; -- a buyer: what a supplier has less of is accepted at once
create table requisites (
    user_id       integer primary key references users (id) on delete cascade,
    name          text not null,                    -- of the organisation
    inn           text not null,
    kpp           text not null,
    address       text not null,
    bank          text not null,
    bik           text not null,
    account       text not null,
    correspondent text not null                     -- the bank's own account
);

alter table shops add column min_order integer not null default 0 check (min_order >= 0); -- kopecks, of a part of an order

-- Goods that left the supplier are neither on hand nor reserved; its next list
-- does not count them any more (feature catalog).
alter table offers add column shipped integer not null default 0 check (shipped >= 0);
alter table offer_versions add column shipped integer not null default 0;         -- that the list counted out
create index offers_shipped on offers (shop_id) where shipped > 0;

-- Orders live on after placing (feature order).
alter table orders add column seq integer not null default 0;                  -- year * 10^9 + number in the year
alter table orders add column version integer not null default 1;              -- counts its changes
alter table orders add column requisites text not null default '';            -- JSON: the buyer's, as they were
update orders set seq = cast(substr(number, 1, 4) as integer) * 1000000000 + cast(substr(number, 6) as integer);
create unique index orders_seq on orders (seq);
create index orders_state on orders (state, seq);
create index orders_user_state on orders (user_id, state, id);
create index orders_user_placed on orders (user_id, placed_at, id);
create index orders_placed on orders (placed_at);
alter table order_parts add column version integer not null default 1;
alter table order_parts add column requisites text not null default '';       -- JSON: the supplier's, as they were
alter table order_parts add column sent_at integer;                           -- when the goods left; null: they have not
create index order_parts_sent on order_parts (shop_id, sent_at) where sent_at is not null;
alter table order_queries add column version integer not null default 0;       -- of the part that 1C was given
create index order_parts_state on order_parts (shop_id, state, id);
-- SQLite changes no check of a table that is there: the table is made anew.
create table order_lines_new (
    id          integer primary key,                 -- the basket line's
    order_id    integer not null,                    -- its part is of the order
    part_id     integer not null references order_parts (id),
    offer_id    integer not null references offers (id),
    name        text not null,
    category    text not null,
    model       text not null,
    price       integer not null,
    quantity    integer not null,                    -- what will come
    total       integer not null,
    document    text not null,                      -- the offer as it was
    ordered     integer not null check (ordered > 0), -- when it was placed
    decision    text not null default '' check (decision in ('', 'pending', 'accepted', 'canceled')), -- about a shortage
    reason      text not null default '',           -- of the shortage
    external_id text not null default '',
    unit_code   text not null default '',
    unit_name   text not null default '',
    vat         text not null default '',
    check (quantity between 0 and ordered)
);
insert into order_lines_new (id, order_id, part_id, offer_id, name, category, model, price, quantity, total, document, ordered, external_id)
select id, order_id, part_id, offer_id, name, category, model, price, quantity, total, document, quantity,
    coalesce(json_extract(document, '$.external_id'), '')
from order_lines;
drop table order_lines;
alter table order_lines_new rename to order_lines;
create index order_lines_part on order_lines (part_id, id);

-- What happened to an order: rows of one version are one change.
create table order_events (
    id            integer primary key autoincrement,
    order_id      integer not null references orders (id) deferrable initially deferred,
    version       integer not null,
    part_id       integer references order_parts (id), -- null: the order as a whole
    line_id       integer references order_lines (id),
    at            integer not null,
    user_id       integer not null references users (id),
    role          text not null check (role in ('buyer', 'shop', 'admin')), -- in which they did it
    from_state    text not null,
    to_state      text not null,
    from_quantity integer not null,                    -- of the line
    to_quantity   integer not null,
    reason        text not null
);
create index order_events_order on order_events (order_id, id);
insert into order_events (order_id, version, at, user_id, role, from_state, to_state, from_quantity, to_quantity, reason)
select id, 1, placed_at, user_id, 'buyer', 'basket', 'new', 0, 0, '' from orders order by seq;

-- Documents made from orders (feature invoice).
create table invoices (
    order_id   integer not null references orders (id),
    part_n     integer not null,                       -- 0: of the whole order
    version    integer not null,                       -- of the order
    format     text not null check (format in ('pdf', 'xlsx')),
    data       blob not null,
    created_at integer not null,
    primary key (order_id, part_n, version, format)
);

alter table letters add column language text not null default 'ru';
create index letters_recipient on letters (recipient, id);
create index letters_unsent on letters (state, id) where state <> 'sent';

-- First answers to requests that carry a key (platform once).
create table idempotency_keys (
    hash       blob primary key,                     -- of the caller and the key
    request    blob not null,                        -- hash of the operation and the body; empty: not known yet
    holder     text not null,                         -- who works on it
    held_until integer not null,
    status     integer not null,                       -- of the answer; 0: there is none yet
    answer     blob not null,                        -- headers and body, sealed by the key
    created_at integer not null
);
create index idempotency_keys_created on idempotency_keys (created_at);

-- Who did what (platform audit).
create table audit_log (
    id       integer primary key autoincrement,
    at       integer not null,
    user_id  integer not null,                         -- 0: nobody who is known
    action   text not null,                           -- such as shop.approve
    subject  text not null,                           -- such as shop/12
    details  text not null,
    address  text not null,                           -- of the client
    request  text not null                            -- its id in the log
);
create index audit_log_user on audit_log (user_id, id);
create index audit_log_action on audit_log (action, id);
create index audit_log_subject on audit_log (subject, id);
