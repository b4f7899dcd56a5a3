-- +goose Up

-- Who acts for a supplier, and who is invited to (feature account). The limit of
-- an owner is kept by slot.
create table members (
    id         integer primary key autoincrement,
    owner_id   integer not null references users (id) on delete cascade,
    slot       integer not null check (slot between 1 and 20),
    role       text not null check (role in ('manager', 'viewer')),
    user_id    integer unique references users (id) on delete cascade, -- null: is invited
    email      text,                                -- of who is invited
    email_key  text,
    expires_at integer,                          -- of the invitation
    created_at integer not null,
    unique (owner_id, slot),
    unique (owner_id, email_key),
    check (user_id <> owner_id),
    check ((user_id is null) = (email is not null)),
    check ((email_key is null) = (email is null)),
    check ((expires_at is null) = (email is null))
);

-- Mailed tokens of invitations: hashes.
create table invitations (
    id        integer primary key autoincrement,
    member_id integer not null references members (id) on delete cascade,
    hash      blob not null unique
);
create index invitations_member on invitations (member_id, id);
