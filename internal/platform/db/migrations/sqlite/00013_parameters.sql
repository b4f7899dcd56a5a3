-- +goose Up

-- Characteristics of goods, as the administrator has them (feature catalog).
create table parameters (
    id          integer primary key autoincrement,
    name        text not null,
    unit        text not null,                      -- '' when there is none
    unit_key    text not null,                      -- folded
    kind        text not null check (kind in ('text', 'number', 'boolean', 'choice')),
    filterable  boolean not null,
    position    integer not null,
    category_id integer references categories (id),  -- null: of all
    shop_id     integer references shops (id)        -- whose list made it, null: an administrator
);

-- As lists name them. Merging and splitting characteristics is an update here.
create table parameter_names (
    id           integer primary key autoincrement,
    name         text not null,
    name_key     text not null unique,
    dropped      boolean not null default false,    -- lists do not make it again
    parameter_id integer references parameters (id)
);
create index parameter_names_parameter on parameter_names (parameter_id);

-- Each value once, and what it is when it is read as a number or as yes and no.
create table parameter_values (
    id       integer primary key autoincrement,
    name_id  integer not null references parameter_names (id),
    text     text not null,                         -- as it was first written
    text_key text not null,
    number   real,
    unit     text not null,                         -- of the number, folded
    truth    boolean,
    unique (name_id, text_key)
);
create index parameter_values_number on parameter_values (name_id, number) where number is not null;

alter table staged_offers add column traits text;
alter table offers add column traits text not null default ''; -- ids of parameter_values
alter table offer_versions add column traits text;

update offers set content = 0; -- the next list tells its values

-- Values by hand: they win over the list's.
create table hand_values (
    offer_id integer not null references offers (id),
    name_id  integer not null references parameter_names (id),
    name     text not null,
    text     text not null,                         -- '' hides the list's
    primary key (offer_id, name_id)
);
create table listed_documents (                     -- what the list says of the same offers
    offer_id integer primary key references offers (id),
    document text not null,
    traits   text not null
);
