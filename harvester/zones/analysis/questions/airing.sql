-- When series air, by the clocks of their networks: day 1 is Monday; what is streamed has no hour.
-- A series of several days counts on each. series: all that have a day; together: how many days one
-- series has, as seen by an average day, by which days of one series tell less than several series.
WITH aired AS (
    SELECT
        title_id,
        name,
        TRY_CAST(split_part(air_time, ':', 1) AS INTEGER) AS hour
    FROM chosen
    CROSS JOIN unnest(string_split(air_days, ', ')) AS days (name)
    WHERE air_days IS NOT NULL
),
placed AS (
    SELECT
        title_id,
        hour,
        CASE name
            WHEN 'Monday' THEN 1
            WHEN 'Tuesday' THEN 2
            WHEN 'Wednesday' THEN 3
            WHEN 'Thursday' THEN 4
            WHEN 'Friday' THEN 5
            WHEN 'Saturday' THEN 6
            WHEN 'Sunday' THEN 7
        END AS day
    FROM aired
),
counted AS (
    SELECT title_id, count(*) AS days FROM placed WHERE day > 0 GROUP BY title_id
)
SELECT
    day,
    hour,
    count(*) AS titles,
    (SELECT count(*) FROM counted) AS series,
    (SELECT sum(days * days) / sum(days) FROM counted) AS together
FROM placed
WHERE day > 0
GROUP BY 1, 2
ORDER BY titles DESC, day, hour
