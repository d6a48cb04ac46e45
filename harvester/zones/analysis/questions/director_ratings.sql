-- TMDB's ratings by director, each title by its votes: the twelve whose titles have most votes, of
-- those with five rated titles or more. error and effective are as for genres; the row without a name
-- is all rated titles that have a director.
WITH rated AS (
    SELECT title_id, tmdb_rating AS rating, CAST(tmdb_votes AS DOUBLE) AS votes
    FROM chosen
    JOIN fact_title USING (title_id)
    WHERE tmdb_rating IS NOT NULL AND tmdb_votes > 0
),
directed AS (
    SELECT DISTINCT title_id, person_id FROM fact_cast WHERE job = 'Director'
),
grouped AS (
    SELECT CAST(0 AS BIGINT) AS person_id, rating, votes
    FROM rated
    WHERE title_id IN (SELECT title_id FROM directed)
    UNION ALL
    SELECT person_id, rating, votes FROM rated JOIN directed USING (title_id)
),
means AS (
    SELECT person_id, sum(votes * rating) / sum(votes) AS mean
    FROM grouped
    GROUP BY person_id
),
summed AS (
    SELECT
        person_id,
        max(mean) AS rating,
        count(*) AS titles,
        sum(votes) AS votes,
        sqrt(
            count(*) / nullif(count(*) - 1.0, 0)
            * sum(votes * votes * (rating - mean) * (rating - mean))
        ) / sum(votes) AS error,
        sum(votes) * sum(votes) / sum(votes * votes) AS effective
    FROM grouped
    JOIN means USING (person_id)
    GROUP BY person_id
    HAVING count(*) >= 5
),
placed AS (
    SELECT
        name,
        rating,
        titles,
        CAST(votes AS BIGINT) AS votes,
        error,
        effective,
        person_id,
        row_number() OVER (ORDER BY person_id > 0, votes DESC, person_id) AS place
    FROM summed
    LEFT JOIN dim_person USING (person_id)
)
SELECT person_id AS key, name, rating, titles, votes, error, effective
FROM placed
WHERE place <= 13
ORDER BY person_id > 0, rating DESC, name, person_id
