-- Popularity at TMDB: each title's first value in this lake against its newest, where they differ.
-- The 150 that rose most and the 150 that fell most, with the votes that each gained meanwhile.
WITH followed AS (
    SELECT
        title_id,
        CAST(arg_min(value, valid_from) FILTER (column_name = 'popularity') AS DOUBLE) AS before,
        CAST(arg_max(value, valid_from) FILTER (column_name = 'popularity') AS DOUBLE) AS now,
        CAST(arg_max(value, valid_from) FILTER (column_name = 'tmdb_votes') AS BIGINT)
            - CAST(arg_min(value, valid_from) FILTER (column_name = 'tmdb_votes') AS BIGINT)
            AS new_votes
    FROM title_history
    WHERE column_name IN ('popularity', 'tmdb_votes') AND value IS NOT NULL
    GROUP BY title_id
),
moved AS (
    SELECT
        title, before, now, now - before AS change, new_votes,
        row_number() OVER (ORDER BY now - before DESC, title_id) AS best,
        row_number() OVER (ORDER BY now - before, title_id) AS worst,
        count(*) OVER () AS titles,
        sum(CASE WHEN now > before THEN 1 ELSE 0 END) OVER () AS risen
    FROM chosen
    JOIN followed USING (title_id)
    WHERE before > 0 AND now > 0 AND now <> before
)
SELECT title, before, now, change, new_votes, best, worst, titles, risen
FROM moved
WHERE best <= 150 OR worst <= 150
ORDER BY best
