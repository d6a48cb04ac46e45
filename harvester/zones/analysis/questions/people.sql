-- Who stands in the credits of most titles: among the first ten billed, and as director.
-- all_titles: those that have such a credit; tied: how many people have as many titles as the first.
WITH credited AS (
    SELECT title_id, person_id, 'cast' AS part FROM fact_cast WHERE role = 'cast' AND billing < 10
    UNION ALL
    SELECT title_id, person_id, 'direction' FROM fact_cast WHERE job = 'Director'
),
here AS (
    SELECT part, person_id, title_id FROM credited JOIN chosen USING (title_id)
),
counted AS (
    SELECT part, person_id, count(DISTINCT title_id) AS titles FROM here GROUP BY 1, 2
),
known AS (
    SELECT part, count(DISTINCT title_id) AS all_titles FROM here GROUP BY part
),
placed AS (
    SELECT
        part,
        person_id,
        name,
        titles,
        row_number() OVER (PARTITION BY part ORDER BY titles DESC, name, person_id) AS place,
        rank() OVER (PARTITION BY part ORDER BY titles DESC) AS standing
    FROM counted
    JOIN dim_person USING (person_id)
),
leaders AS (
    SELECT part, count(*) AS tied FROM placed WHERE standing = 1 GROUP BY part
)
SELECT part, person_id AS key, name, titles, place, all_titles, tied
FROM placed
JOIN known USING (part)
JOIN leaders USING (part)
WHERE place <= 8
ORDER BY part, place
