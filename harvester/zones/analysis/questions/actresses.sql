-- The share of women among the first ten billed whose gender TMDB knows, by decade of 30 titles or more.
-- error: its standard error, with titles as what was drawn, since a title's roles are cast together.
WITH casts AS (
    SELECT
        title_id,
        year // 10 * 10 AS decade,
        count(*) FILTER (gender = 'female') AS women,
        count(*) AS known
    FROM chosen
    JOIN billed USING (title_id)
    JOIN dim_person USING (person_id)
    WHERE year IS NOT NULL AND gender IS NOT NULL
    GROUP BY title_id, year
),
shares AS (
    SELECT decade, sum(women) / sum(known) AS share FROM casts GROUP BY decade
)
SELECT
    decade,
    max(share) AS share,
    CAST(sum(known) AS BIGINT) AS credits,
    count(*) AS titles,
    sqrt(
        count(*) / nullif(count(*) - 1.0, 0)
        * sum((women - share * known) * (women - share * known))
    ) / sum(known) AS error
FROM casts
JOIN shares USING (decade)
GROUP BY decade
HAVING count(*) >= 30
ORDER BY decade
