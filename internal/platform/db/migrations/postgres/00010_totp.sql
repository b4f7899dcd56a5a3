-- +goose Up

-- The second factor of a sign-in (feature account). The secret is sealed by a key
-- that is not in the database.
create table totp (
    user_id      bigint primary key references users (id) on delete cascade,
    secret       bytea not null,
    confirmed    boolean not null,                  -- in force
    last_step    bigint not null,                   -- of the last code that was taken: each works once
    tries        bigint not null,                   -- since the last good code
    locked_until timestamptz not null,
    created_at   timestamptz not null
);

-- Codes for who has lost the device: hashes, each works once.
create table totp_recovery (
    user_id bigint not null references users (id) on delete cascade,
    hash    bytea not null,
    primary key (user_id, hash)
);
