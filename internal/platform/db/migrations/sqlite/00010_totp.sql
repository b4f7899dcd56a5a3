-- +goose Up

-- The second factor of a sign-in (feature account). The secret is sealed by a key
-- that is not in the database.
create table totp (
    user_id      integer primary key references users (id) on delete cascade,
    secret       blob not null,
    confirmed    boolean not null,                  -- in force
    last_step    integer not null,                  -- of the last code that was taken: each works once
    tries        integer not null,                  -- since the last good code
    locked_until integer not null,
    created_at   integer not null
);

-- Codes for who has lost the device: hashes, each works once.
create table totp_recovery (
    user_id integer not null references users (id) on delete cascade,
    hash    blob not null,
    primary key (user_id, hash)
);
