-- +goose Up

-- By what offers are found (feature catalog). It follows offers: marked ones are
-- indexed anew.
create table unindexed_offers (
    offer_id integer primary key
);
insert into unindexed_offers (offer_id) select id from offers where not withdrawn;

create virtual table offer_words using fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '='"
);

create table offer_names (
    offer_id    integer primary key,
    category_id integer not null,
    name_key    text not null
);
create index offer_names_name on offer_names (name_key, offer_id);
create index offer_names_category on offer_names (category_id, name_key, offer_id);

-- Words of names, and the threes of letters in them.
create table known_words (
    word text primary key
) without rowid;
create table word_letters (
    letters text not null,
    word    text not null,
    primary key (letters, word)
) without rowid;

create index offers_price on offers (price, id) where not withdrawn;
create index offers_category_price on offers (category_id, price, id) where not withdrawn;
create index offers_shop_category on offers (shop_id, category_id, id) where not withdrawn;
