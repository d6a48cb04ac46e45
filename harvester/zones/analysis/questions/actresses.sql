-- The share of women among the first ten billed whose gender TMDB knows, by decade.
-- A decade with hardly any credits is left out: less than a hundredth of the fullest.
SELECT
    year // 10 * 10 AS decade,
    count(*) FILTER (gender = 'female') / count(*) AS share,
    count(*) AS credits,
    count(DISTINCT title_id) AS titles
FROM chosen
JOIN fact_cast USING (title_id)
JOIN dim_person USING (person_id)
WHERE role = 'cast' AND billing < 10 AND gender IS NOT NULL AND year IS NOT NULL
GROUP BY decade
QUALIFY credits >= max(credits) OVER () / 100
ORDER BY decade
