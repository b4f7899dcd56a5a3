-- +goose Up

-- Letters that anybody may ask for by an address, and when that was done last:
-- the next one has to wait. Only the hash of the address is known here.
create table letter_asks (
    hash     blob primary key,                      -- of what was asked for, and the address
    asked_at integer not null
);
create index letter_asks_time on letter_asks (asked_at);

-- People who want another address: it is theirs when both have confirmed.
create table email_changes (
    id         integer primary key autoincrement,
    user_id    integer not null unique references users (id) on delete cascade,
    email      text not null,                       -- the new one
    old_hash   blob unique,                         -- of the token in the letter to the old address; null: not written yet
    new_hash   blob unique,
    old_agreed boolean not null,
    new_agreed boolean not null,
    expires_at integer not null
);

-- Who deleted their account: the row is kept for orders, with nothing in it.
alter table users add column deleted_at integer;

-- A letter to who deleted their account: its recipient is forgotten when it is
-- sent, or given up (platform mail).
alter table letters add column forget boolean not null default false;
