-- +goose Up

-- Pictures that were drawn of files that people sent, or that price lists name
-- (feature picture). What the store keeps under a name has a row here first.
create table pictures (
    id         integer primary key autoincrement,
    name       text not null unique,                -- that nobody can guess
    state      text not null check (state in ('storing', 'ready', 'gone')),
    source     text not null,                       -- SHA-256 of the file
    width      integer not null,                        -- of the largest
    height     integer not null,
    created_at integer not null
);
create index pictures_unused on pictures (id) where state <> 'ready';

create table avatars (
    user_id    integer primary key references users (id),
    picture_id integer not null unique references pictures (id)
);

-- By hand: they win over those of price lists.
create table offer_pictures (
    offer_id   integer not null references offers (id),
    position   integer not null,                        -- 0 is the main one
    picture_id integer not null unique references pictures (id),
    primary key (offer_id, position)
);

-- Addresses in a shop's price lists, each fetched once.
create table picture_copies (
    id         integer primary key autoincrement,
    shop_id    integer not null references shops (id),
    hash       text not null,                       -- SHA-256 of the address
    address    text not null,
    picture_id integer unique references pictures (id), -- null: not fetched
    tries      integer not null,                        -- that failed
    next_at    integer,                                -- of the next try; null: there is none
    unique (shop_id, hash)
);
create index picture_copies_next on picture_copies (next_at) where next_at is not null;

create table listed_pictures (
    offer_id integer not null references offers (id),
    position integer not null,
    copy_id  integer not null references picture_copies (id),
    primary key (offer_id, position)
);
create index listed_pictures_copy on listed_pictures (copy_id);

-- Shops whose addresses have to be looked through.
create table picture_walks (
    shop_id integer primary key references shops (id),
    round   integer not null,                           -- how often that was asked for
    after   integer not null,                           -- the last offer that was looked at
    next_at integer not null                           -- when another process may go on
);
