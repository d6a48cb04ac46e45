-- Who stands in the credits of most titles: among the first ten billed, and as director.
-- all_titles: those that have such a credit; tied: how many people have as many titles as the first.
WITH credited AS (
    SELECT title_id, person_id, 'cast' AS part FROM chosen JOIN billed USING (title_id)
    UNION ALL
    SELECT title_id, person_id, 'direction'
    FROM chosen
    JOIN fact_cast USING (title_id)
    WHERE job = 'Director'
),
counted AS (
    SELECT part, person_id, count(DISTINCT title_id) AS titles FROM credited GROUP BY 1, 2
),
known AS (
    SELECT part, count(DISTINCT title_id) AS all_titles FROM credited GROUP BY part
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
