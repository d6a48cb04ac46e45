-- Who stands in the credits of most titles: among the first ten billed, and as director.
WITH credited AS (
    SELECT title_id, person_id, 'cast' AS part FROM fact_cast WHERE role = 'cast' AND billing < 10
    UNION ALL
    SELECT title_id, person_id, 'direction' FROM fact_cast WHERE job = 'Director'
),
counted AS (
    SELECT part, person_id, count(DISTINCT title_id) AS titles
    FROM credited
    JOIN chosen USING (title_id)
    GROUP BY ALL
)
SELECT part, name, titles, row_number() OVER (PARTITION BY part ORDER BY titles DESC, name) AS place
FROM counted
JOIN dim_person USING (person_id)
QUALIFY place <= 8
ORDER BY part, place
