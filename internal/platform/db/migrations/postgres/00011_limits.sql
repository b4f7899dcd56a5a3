-- +goose Up

-- Tries that may fail, such as sign-ins (platform limit). Times are microseconds
-- since 1970, since the statement that counts reckons with them.
create table tries (
    hash        bytea primary key,                    -- of what is counted and whose
    cleared_at  bigint not null,                      -- when all that was counted is forgotten
    held_until  bigint not null,                      -- when the next may be made; 0: now
    known_until bigint not null                       -- how long a success is remembered; 0: there was none
);
create index tries_cleared on tries (cleared_at);

-- Requests in the windows of time that still count, summed over the instances.
-- Nothing is lost with them, so a crash of the database may empty them.
create unlogged table request_counts (
    key       text not null,
    window_at bigint not null,                        -- when the window began
    count     bigint not null,
    primary key (key, window_at)
);
create index request_counts_window on request_counts (window_at);
