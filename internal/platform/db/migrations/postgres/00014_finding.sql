-- +goose Up

-- By what offers are found (feature catalog). It follows offers: marked ones are
-- indexed anew.
create table unindexed_offers (
    offer_id bigint primary key
);
insert into unindexed_offers (offer_id) select id from offers where not withdrawn;

create table offer_words (
    offer_id bigint primary key,
    words    tsvector not null
);
create index offer_words_words on offer_words using gin (words);

create table offer_names (
    offer_id    bigint primary key,
    category_id bigint not null,
    name_key    text collate "C" not null
);
create index offer_names_name on offer_names (name_key, offer_id);
create index offer_names_category on offer_names (category_id, name_key, offer_id);

-- Words of names, and the threes of letters in them.
create table known_words (
    word text collate "C" primary key
);
create table word_letters (
    letters text collate "C" not null,
    word    text collate "C" not null,
    primary key (letters, word)
);

create index offers_price on offers (price, id) where not withdrawn;
create index offers_category_price on offers (category_id, price, id) where not withdrawn;
create index offers_shop_category on offers (shop_id, category_id, id) where not withdrawn;

-- Each merge has one of its own.
drop table staged_products;
