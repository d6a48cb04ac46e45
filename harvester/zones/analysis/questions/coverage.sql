-- What is known of the titles of each year: a rating at IMDb and at TMDB, a length, budget, revenue.
-- titles: all of that year; share: those of them of which it is known.
WITH facts AS (
    SELECT
        year,
        CASE WHEN imdb_rating IS NOT NULL THEN 1 ELSE 0 END AS imdb_rating,
        CASE WHEN tmdb_rating IS NOT NULL THEN 1 ELSE 0 END AS tmdb_rating,
        CASE WHEN runtime_minutes IS NOT NULL THEN 1 ELSE 0 END AS runtime,
        CASE WHEN budget IS NOT NULL THEN 1 ELSE 0 END AS budget,
        CASE WHEN revenue IS NOT NULL THEN 1 ELSE 0 END AS revenue
    FROM chosen
    JOIN fact_title USING (title_id)
    WHERE year IS NOT NULL
),
fields AS (
    SELECT year, 'imdb_rating' AS field, imdb_rating AS is_known FROM facts
    UNION ALL
    SELECT year, 'tmdb_rating', tmdb_rating FROM facts
    UNION ALL
    SELECT year, 'runtime', runtime FROM facts
    UNION ALL
    SELECT year, 'budget', budget FROM facts
    UNION ALL
    SELECT year, 'revenue', revenue FROM facts
)
SELECT
    year,
    field,
    count(*) AS titles,
    CAST(sum(is_known) AS BIGINT) AS known,
    sum(is_known) / count(*) AS share
FROM fields
GROUP BY year, field
ORDER BY year DESC, field
