-- The share of women among the first ten billed whose gender TMDB knows, by decade.
SELECT
    year // 10 * 10 AS decade,
    count(*) FILTER (gender = 'female') / count(*) AS share,
    count(*) AS credits,
    count(DISTINCT imdb_id) AS titles
FROM chosen
JOIN fact_cast USING (imdb_id)
JOIN dim_person USING (person_id)
WHERE role = 'cast' AND billing < 10 AND gender IS NOT NULL AND year IS NOT NULL
GROUP BY ALL
ORDER BY decade
