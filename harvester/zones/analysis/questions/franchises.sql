-- The franchises with most titles here, as TMDB's collections of movies say: several have one name,
-- and one has a name in each language.
-- all_titles: the titles of any franchise; tied: how many franchises have as many as the first.
WITH counted AS (
    SELECT collection_id, min(collection) AS name, count(*) AS titles
    FROM chosen
    WHERE collection_id IS NOT NULL AND collection IS NOT NULL
    GROUP BY collection_id
),
placed AS (
    SELECT
        collection_id,
        name,
        titles,
        row_number() OVER (ORDER BY titles DESC, name, collection_id) AS place,
        CAST(sum(titles) OVER () AS BIGINT) AS all_titles
    FROM counted
)
SELECT
    collection_id AS key,
    name,
    titles,
    place,
    all_titles,
    (SELECT count(*) FROM counted WHERE titles = (SELECT max(titles) FROM counted)) AS tied
FROM placed
WHERE place <= 12
ORDER BY place
