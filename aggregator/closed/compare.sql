-- How the open rows of some days compare with their sums: rows of both, and whether every topic
-- has the same keys and the same totals in both.
SELECT site, day, sum(topic_open_rows), sum(topic_kept_rows), min(agrees)
FROM
(
    SELECT
        site,
        day,
        topic,
        sum(open_rows) AS topic_open_rows,
        sum(kept_rows) AS topic_kept_rows,
        sum(open_keys) = sum(kept_rows)
            AND sum(open_views) = sum(kept_views)
            AND sum(open_visits) = sum(kept_visits)
            AND sum(open_visitors) = sum(kept_visitors)
            AND sum(open_events) = sum(kept_events) AS agrees
    FROM
    (
        SELECT
            site, day, topic,
            count() AS open_rows, uniqExact(value, value2) AS open_keys,
            sum(views) AS open_views, sum(visits) AS open_visits,
            sum(visitors) AS open_visitors, sum(events) AS open_events,
            0 AS kept_rows, 0 AS kept_views, 0 AS kept_visits, 0 AS kept_visitors, 0 AS kept_events
        FROM coarse_events
        WHERE day IN {days:Array(Date)}
            AND (site, day) IN arrayZip({sites:Array(String)}, {days:Array(Date)})
        GROUP BY site, day, topic
        UNION ALL
        SELECT
            site, day, topic,
            0, 0, 0, 0, 0, 0,
            count(), sum(views), sum(visits), sum(visitors), sum(events)
        FROM statistics
        WHERE day IN {days:Array(Date)}
            AND (site, day) IN arrayZip({sites:Array(String)}, {days:Array(Date)})
        GROUP BY site, day, topic
    )
    GROUP BY site, day, topic
)
GROUP BY site, day
SETTINGS max_threads = 2
