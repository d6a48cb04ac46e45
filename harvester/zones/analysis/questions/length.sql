-- The mean rating by length, in steps of 15 minutes; 240 stands for all longer ones.
-- A length of hardly any title tells nothing of it: less than a hundredth of the most frequent.
WITH measured AS (
    SELECT least(runtime_minutes // 15 * 15, 240) AS minutes, imdb_rating, tmdb_rating
    FROM chosen
    JOIN fact_title USING (title_id)
    WHERE runtime_minutes > 0
),
rated AS (
    SELECT minutes, 'IMDb' AS source, avg(imdb_rating) AS rating, count(imdb_rating) AS titles
    FROM measured
    GROUP BY minutes
    UNION ALL
    SELECT minutes, 'TMDB', avg(tmdb_rating), count(tmdb_rating)
    FROM measured
    GROUP BY minutes
)
SELECT minutes, source, rating, titles
FROM rated
WHERE titles > 0
QUALIFY titles >= max(titles) OVER () / 100
ORDER BY source, minutes
