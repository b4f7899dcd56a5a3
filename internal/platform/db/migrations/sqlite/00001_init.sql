-- +goose Up

-- People and how they prove who they are (feature account).
create table users (
    id            integer primary key autoincrement,
    email         text not null,
    email_key     text not null unique, -- lower case: an address is one person
    password_hash text not null,
    type          text not null check (type in ('buyer', 'shop', 'admin')),
    first_name    text not null,
    last_name     text not null,
    company       text not null,
    position      text not null,
    active        boolean not null,                 -- the address was confirmed
    created_at    integer     not null
);
create index users_admin on users (id) where type = 'admin';

-- Sign-ins. Only the hash of a token is known here.
create table tokens (
    id         integer primary key autoincrement,
    user_id    integer not null references users (id) on delete cascade,
    hash       blob not null unique,
    created_at integer     not null,
    expires_at integer     not null
);
create index tokens_user on tokens (user_id);

-- Mailed one-time secrets: hashes.
create table secrets (
    id         integer primary key autoincrement,
    user_id    integer not null references users (id) on delete cascade,
    purpose    text not null check (purpose in ('confirm', 'reset')),
    hash       blob not null unique,
    expires_at integer     not null
);
create index secrets_user on secrets (user_id, purpose);

-- Where to deliver. The limits of a user are kept by slot: five addresses
-- (1..5) and one record with a phone only (0).
create table contacts (
    id         integer primary key autoincrement,
    user_id    integer not null references users (id) on delete cascade,
    slot       integer not null check (slot between 0 and 5),
    last_name  text not null,
    first_name text not null,
    patronymic text not null,
    email      text not null,
    phone      text not null,
    city       text not null,
    street     text not null,
    house      text not null,
    structure  text not null,
    building   text not null,
    apartment  text not null,
    unique (user_id, slot)
);

-- Suppliers' shops (feature partner).
create table shops (
    id         integer primary key autoincrement,
    user_id    integer not null unique references users (id),
    name       text not null,
    named      boolean not null,                    -- by its owner or its price list, not by default
    url        text not null,
    approved   boolean not null,                    -- by an administrator
    accepting  boolean not null,                    -- the supplier's own switch
    open       boolean not null generated always as (approved and accepting) stored,
    created_at integer     not null
);
create index shops_name on shops (name, id);

-- The catalogue (feature catalog).
create table categories (
    id       integer primary key autoincrement,
    name     text not null,
    name_key text not null unique       -- folded: one name is one category
);
create index categories_name on categories (name, id);

create table products (
    id          integer primary key autoincrement,
    category_id integer not null references categories (id),
    name        text not null,
    name_key    text not null,
    unique (category_id, name_key)
);

create table offers (
    id          integer primary key autoincrement,
    shop_id     integer not null references shops (id),
    external_id text not null,          -- the supplier's own id
    product_id  integer not null references products (id),
    category_id integer not null references categories (id),
    model       text not null,
    price       integer not null check (price >= 0), -- kopecks
    on_hand     integer not null check (on_hand >= 0),
    reserved    integer not null default 0 check (reserved >= 0),
    withdrawn   boolean not null default false,     -- absent from the last list
    document    text not null,                      -- JSON members of the list object but id and quantity
    details     text not null,                      -- further JSON members of the card
    unique (shop_id, external_id)
);
create index offers_shop on offers (shop_id, id) where not withdrawn;
create index offers_category on offers (category_id, id) where not withdrawn;
create index offers_product on offers (product_id) where not withdrawn;

-- Rows of a price list on their way into offers.
create table staged_offers (
    import_id    integer not null,
    line         integer not null,
    external_id  text not null,
    category     text not null,
    category_key text not null,
    name         text not null,
    name_key     text not null,
    model        text not null,
    price        integer not null,
    quantity     integer not null,
    document     text not null,
    details      text not null
);
create unique index staged_offers_import on staged_offers (import_id, external_id);

-- Price lists and what became of them (feature pricelist).
create table imports (
    id          integer primary key autoincrement,
    shop_id     integer not null references shops (id),
    user_id     integer not null references users (id), -- who started it
    url         text not null,                      -- where it is fetched from, or
    file_name   text not null,                      -- what was uploaded
    format      text not null,
    state       text not null check (state in ('received', 'read', 'checked', 'held', 'applied', 'refused')),
    code        text not null,                      -- of the refusal
    reason_ru   text not null,
    reason_en   text not null,
    size        integer not null,                    -- bytes
    done        integer not null,                    -- bytes read so far
    rows        integer not null,                    -- goods read so far
    errors      integer not null,
    warnings    integer not null,
    created     integer not null,
    updated     integer not null,
    unchanged   integer not null,
    withdrawn   integer not null,
    created_at  integer     not null,
    finished_at integer    
);
create index imports_shop on imports (shop_id, id);

create table import_problems (
    import_id   integer not null references imports (id) on delete cascade,
    n           integer not null,
    line        integer not null,                    -- 0: the whole file
    severity    text not null check (severity in ('error', 'warning')),
    code        text not null,
    field       text not null,
    external_id text not null,
    text_ru     text not null,
    text_en     text not null,
    primary key (import_id, n)
);

create table import_chunks (
    import_id integer not null references imports (id) on delete cascade,
    n         integer not null,
    data      blob not null,
    primary key (import_id, n)
);

-- Baskets (feature basket). An order takes over the id of its basket.
create table baskets (
    id         integer primary key autoincrement,
    user_id    integer not null unique references users (id), -- one basket a person
    created_at integer     not null
);

create table basket_lines (
    id        integer primary key autoincrement,
    basket_id integer not null references baskets (id) on delete cascade,
    offer_id  integer not null references offers (id),
    quantity  integer not null check (quantity > 0),
    price     integer not null,                      -- when it was added
    unique (basket_id, offer_id)
);

-- Placed orders (feature order): copies, so that nothing later changes them.
create table orders (
    id         integer primary key,                 -- the basket's: an order is placed once
    number     text not null unique,
    user_id    integer not null references users (id),
    state      text not null,
    total      integer not null,
    placed_at  integer     not null,
    contact_id integer not null,                     -- the contact may be deleted later
    last_name  text not null,
    first_name text not null,
    patronymic text not null,
    email      text not null,
    phone      text not null,
    city       text not null,
    street     text not null,
    house      text not null,
    structure  text not null,
    building   text not null,
    apartment  text not null
);
create index orders_user on orders (user_id, id);

-- Orders are written after their parts and lines: the number, whose row all
-- placings share, is taken last.
create table order_parts (
    id        integer primary key autoincrement,
    order_id  integer not null references orders (id) deferrable initially deferred,
    n         integer not null,                      -- from 1 in the order
    shop_id   integer not null references shops (id),
    shop_name text not null,
    state     text not null,
    total     integer not null,
    unique (order_id, n),
    unique (order_id, shop_id)
);
create index order_parts_shop on order_parts (shop_id, id);

create table order_lines (
    id       integer primary key,                    -- the basket line's
    order_id integer not null references orders (id) deferrable initially deferred,
    part_id  integer not null references order_parts (id),
    offer_id integer not null references offers (id),
    name     text not null,
    category text not null,
    model    text not null,
    price    integer not null,
    quantity integer not null check (quantity > 0),
    total    integer not null,
    document text not null                          -- the offer as it was
);
create index order_lines_order on order_lines (order_id, id);
create index order_lines_part on order_lines (part_id, id);

create table order_numbers (
    year integer primary key,
    last integer not null                            -- the sequence has no gaps
);

-- Letters (platform mail). The key makes each letter one.
create table letters (
    id         integer primary key autoincrement,
    key        text not null unique,
    kind       text not null,
    ref        integer not null,                     -- what it is about, by its kind
    recipient  text not null,
    state      text not null check (state in ('queued', 'sent', 'failed')),
    tries      integer not null,
    error      text not null,
    created_at integer     not null,
    sent_at    integer    
);

-- Processes that run jobs, and when each last said that it lives (platform jobs).
create table job_runners (
    id      text primary key,
    seen_at integer not null
);
