-- The share of women among the first ten billed whose gender TMDB knows, by decade of 30 titles or more.
-- TMDB's numbers of billing have gaps, so they are counted, a person once a title.
-- error: its standard error, with titles as what was drawn, since a title's roles are cast together.
WITH roles AS (
    SELECT
        title_id,
        year // 10 * 10 AS decade,
        person_id,
        row_number() OVER (PARTITION BY title_id ORDER BY min(billing), person_id) AS billed
    FROM chosen
    JOIN fact_cast USING (title_id)
    WHERE role = 'cast' AND year IS NOT NULL
    GROUP BY title_id, year, person_id
),
casts AS (
    SELECT
        title_id,
        decade,
        count(*) FILTER (gender = 'female') AS women,
        count(*) AS known
    FROM roles
    JOIN dim_person USING (person_id)
    WHERE billed <= 10 AND gender IS NOT NULL
    GROUP BY title_id, decade
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
