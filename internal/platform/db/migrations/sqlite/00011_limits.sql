-- +goose Up

-- Tries that may fail, such as sign-ins (platform limit). Times are microseconds
-- since 1970, since the statement that counts reckons with them.
create table tries (
    hash        blob primary key,                     -- of what is counted and whose
    cleared_at  integer not null,                     -- when all that was counted is forgotten
    held_until  integer not null,                     -- when the next may be made; 0: now
    known_until integer not null                      -- how long a success is remembered; 0: there was none
);
create index tries_cleared on tries (cleared_at);

-- Requests in the windows of time that still count, summed over the instances.
create table request_counts (
    key       text not null,
    window_at integer not null,                       -- when the window began
    count     integer not null,
    primary key (key, window_at)
);
create index request_counts_window on request_counts (window_at);
