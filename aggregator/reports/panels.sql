-- The largest values of several topics at once; each row says how many values its topic has.
SELECT topic, key, views, visits, visitors, events, found
FROM (
    SELECT
        topic,
        key,
        views,
        visits,
        visitors,
        events,
        count() OVER (PARTITION BY topic) AS found,
        [views, visits, visitors, events][
            transform(topic, {topics:Array(String)}, {ranked_by:Array(UInt8)}, 1)
        ] AS rank
    FROM (
        SELECT
            fact.topic AS topic,
            fact.value AS key,
            sum(fact.views) AS views,
            sum(fact.visits) AS visits,
            sum(fact.visitors) AS visitors,
            sum(fact.events) AS events
        FROM facts_kept AS fact
        WHERE fact.site = {site:String}
            AND fact.day BETWEEN {first:Date} AND {last:Date}
            AND fact.topic IN {topics:Array(String)}
        GROUP BY topic, key
    )
)
ORDER BY topic, rank DESC, key
LIMIT {rows:UInt32} BY topic
-- Days are small parts: reading all columns of a row at once halves the time of a long period.
SETTINGS optimize_move_to_prewhere = 0, local_filesystem_read_method = 'pread', max_threads = 4
