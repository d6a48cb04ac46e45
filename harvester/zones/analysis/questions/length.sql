-- The mean rating by length, in steps of 15 minutes, with its interval of 95 %; 240 stands for all
-- longer ones. A mean needs 30 titles: of fewer there is none. r: the correlation of all rated titles.
WITH measured AS (
    SELECT
        least(runtime_minutes, 240) AS whole_minutes,
        least(runtime_minutes // 15 * 15, 240) AS minutes,
        imdb_rating,
        tmdb_rating
    FROM chosen
    JOIN fact_title USING (title_id)
    WHERE runtime_minutes > 0
),
rated AS (
    SELECT minutes, whole_minutes, 'IMDb' AS source, imdb_rating AS rating
    FROM measured
    WHERE imdb_rating IS NOT NULL
    UNION ALL
    SELECT minutes, whole_minutes, 'TMDB', tmdb_rating
    FROM measured
    WHERE tmdb_rating IS NOT NULL
),
whole AS (
    SELECT
        source,
        count(*) AS all_titles,
        CASE
            WHEN min(whole_minutes) < max(whole_minutes) AND min(rating) < max(rating)
                THEN corr(whole_minutes, rating)
        END AS r
    FROM rated
    GROUP BY source
)
SELECT
    minutes,
    source,
    CASE WHEN count(*) >= 30 THEN avg(rating) END AS rating,
    CASE WHEN count(*) >= 30 THEN avg(rating) - 1.96 * stddev_samp(rating) / sqrt(count(*)) END
        AS low,
    CASE WHEN count(*) >= 30 THEN avg(rating) + 1.96 * stddev_samp(rating) / sqrt(count(*)) END
        AS high,
    count(*) AS titles,
    max(all_titles) AS all_titles,
    max(r) AS r
FROM rated
JOIN whole USING (source)
GROUP BY minutes, source
ORDER BY source, minutes
