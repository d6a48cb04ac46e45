-- The franchises with most titles here, as TMDB's collections of movies say.
-- all_titles: the titles of any franchise; tied: how many franchises have as many as the first.
WITH counted AS (
    SELECT collection AS name, count(*) AS titles
    FROM chosen
    WHERE collection IS NOT NULL
    GROUP BY collection
),
placed AS (
    SELECT
        name,
        titles,
        row_number() OVER (ORDER BY titles DESC, name) AS place,
        CAST(sum(titles) OVER () AS BIGINT) AS all_titles
    FROM counted
)
SELECT
    name,
    titles,
    place,
    all_titles,
    (SELECT count(*) FROM counted WHERE titles = (SELECT max(titles) FROM counted)) AS tied
FROM placed
WHERE place <= 12
ORDER BY place
