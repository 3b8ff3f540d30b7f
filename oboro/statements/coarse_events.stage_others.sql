-- Where the other sites' rows of a day wait to take its place.
CREATE TABLE dropping_coarse_events AS coarse_events
