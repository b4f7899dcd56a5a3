-- +goose Up

-- The words of offer_words, for those that have just begun (feature catalog). What is
-- indexed already is indexed anew for them.
create table index_words (
    word text primary key
) without rowid;
insert into unindexed_offers (offer_id) select id from offers where not withdrawn
on conflict (offer_id) do nothing;
