-- +goose Up

-- Sign-ins can be told apart, and machines have keys of their own (feature
-- account). The limit of a person's keys is kept by slot.
alter table tokens add column kind text not null default 'session' check (kind in ('session', 'key'));
alter table tokens add column slot integer check ((kind = 'key') = (slot is not null) and (slot is null or slot between 1 and 20));
alter table tokens add column name text not null default '' check (length(name) <= 100);   -- of a key
alter table tokens add column scopes text not null default '' check (length(scopes) <= 200); -- of a key, with spaces between
alter table tokens add column last_used_at integer;                                        -- to a minute; null: never
alter table tokens add column agent text not null default '' check (length(agent) <= 200);   -- the client's program, as it names itself
alter table tokens add column address text not null default '' check (length(address) <= 100); -- of the client that made it
create unique index tokens_slot on tokens (user_id, slot);
