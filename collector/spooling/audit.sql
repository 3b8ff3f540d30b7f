SELECT
    (SELECT coalesce(sum(n), 0) FROM totals WHERE name = 'acknowledged'),
    (SELECT coalesce(sum(n), 0) FROM totals WHERE name = 'verified'),
    (SELECT coalesce(sum(views), 0) FROM batches WHERE state = 'sealed'),
    (SELECT coalesce(sum(views), 0) FROM commits),
    (SELECT coalesce(sum(views), 0) FROM set_aside),
    (SELECT coalesce(sum(n), 0) FROM totals WHERE name = 'erased'),
    (SELECT count(*) FROM set_aside)
