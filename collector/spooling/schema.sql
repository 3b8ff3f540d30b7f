-- Random keys and no row numbers: the order in which commits came is not kept.

-- Rows acknowledged and not yet sealed, summed by site, day and table ("kind").
CREATE TABLE IF NOT EXISTS commits
(
    site TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    key BLOB NOT NULL,
    views INTEGER NOT NULL,
    rows BLOB NOT NULL,
    PRIMARY KEY (site, day, kind, key)
) WITHOUT ROWID;

-- Batches: sealed (not yet counted in the store) or verified. Their rows never change.
CREATE TABLE IF NOT EXISTS batches
(
    id BLOB NOT NULL PRIMARY KEY,
    generation INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sealed', 'verified')),
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    n INTEGER NOT NULL,
    views INTEGER NOT NULL,
    rows BLOB NOT NULL
) WITHOUT ROWID;

-- What can never be written to the store, kept for a person to look at.
CREATE TABLE IF NOT EXISTS set_aside
(
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    views INTEGER NOT NULL,
    reason TEXT NOT NULL,
    rows BLOB NOT NULL
) WITHOUT ROWID;

-- Partitions of the store whose replacement was decided and may have to be done again.
CREATE TABLE IF NOT EXISTS replacements
(
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (kind, day)
) WITHOUT ROWID;

-- Page views since the file was made: acknowledged, and verified in the store.
CREATE TABLE IF NOT EXISTS totals (name TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
