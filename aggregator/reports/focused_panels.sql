-- What is kept together with one value, in several crossings at once. The value stands first in
-- the crossings of focus_first and second in those of focus_second; its own single is read too.
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
            if(fact.topic IN {focus_first:Array(String)}, fact.value2, fact.value) AS key,
            sum(fact.views) AS views,
            sum(fact.visits) AS visits,
            sum(fact.visitors) AS visitors,
            sum(fact.events) AS events
        FROM facts_kept AS fact
        WHERE fact.site = {site:String}
            AND fact.day BETWEEN {first:Date} AND {last:Date}
            AND fact.topic IN {topics:Array(String)}
            AND if(fact.topic IN {focus_second:Array(String)}, fact.value2, fact.value)
                = {focus:String}
        GROUP BY topic, key
    )
)
ORDER BY topic, rank DESC, key
LIMIT {rows:UInt32} BY topic
-- Days are small parts: reading all columns of a row at once halves the time of a long period.
SETTINGS optimize_move_to_prewhere = 0, local_filesystem_read_method = 'pread', max_threads = 4
