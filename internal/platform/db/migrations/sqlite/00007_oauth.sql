-- +goose Up

-- Who a provider of sign-ins says that a person is (feature account). The subject
-- is the key: an address at a provider may change hands.
create table identities (
    id        integer primary key autoincrement,
    user_id   integer not null references users (id) on delete cascade,
    provider  text not null,            -- its name in the settings
    subject   text not null,            -- the provider's own id of the person
    email     text not null,                        -- as the provider said it then; for people to read only
    linked_at integer not null,
    unique (provider, subject)
);
create index identities_user on identities (user_id, id);

-- Sign-ins on their way to a provider and back.
create table oauth_flows (
    state      blob primary key,                   -- hash
    provider   text not null,
    nonce      text not null,                       -- it and the verifier are worth nothing without the state
    verifier   text not null,
    browser    blob not null,                      -- hash of the cookie of who began
    return_to  text not null,                       -- '': nowhere, the answer is JSON
    challenge  text not null,                       -- of the client that began; '': none
    expires_at integer not null
);
create index oauth_flows_expires on oauth_flows (expires_at);

-- What a provider proved, until the client comes for it.
create table oauth_codes (
    hash       blob primary key,
    challenge  text not null,
    provider   text not null,
    subject    text not null,
    email      text not null,
    verified   boolean not null,
    first_name text not null,
    last_name  text not null,
    expires_at integer not null
);
create index oauth_codes_expires on oauth_codes (expires_at);
