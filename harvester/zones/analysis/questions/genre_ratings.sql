-- TMDB's ratings by its genres, each title by its votes, of genres with 30 rated titles or more.
-- error: the standard error of that mean, with titles as what was drawn; effective: as how many titles
-- of equal votes they count. The row without a genre is all rated titles.
WITH rated AS (
    SELECT title_id, tmdb_rating AS rating, CAST(tmdb_votes AS DOUBLE) AS votes
    FROM chosen
    JOIN fact_title USING (title_id)
    WHERE tmdb_rating IS NOT NULL AND tmdb_votes > 0
),
grouped AS (
    SELECT CAST(NULL AS VARCHAR) AS genre, rating, votes FROM rated
    UNION ALL
    SELECT genre, rating, votes FROM rated JOIN bridge_title_genre USING (title_id) WHERE in_tmdb
),
means AS (
    SELECT
        coalesce(genre, '') AS part,
        sum(votes * rating) / sum(votes) AS mean
    FROM grouped
    GROUP BY 1
)
SELECT
    genre AS name,
    max(mean) AS rating,
    count(*) AS titles,
    CAST(sum(votes) AS BIGINT) AS votes,
    sqrt(
        count(*) / nullif(count(*) - 1.0, 0)
        * sum(votes * votes * (rating - mean) * (rating - mean))
    ) / sum(votes) AS error,
    sum(votes) * sum(votes) / sum(votes * votes) AS effective
FROM grouped
JOIN means ON part = coalesce(genre, '')
GROUP BY genre
HAVING count(*) >= 30
ORDER BY genre IS NOT NULL, rating DESC, name
