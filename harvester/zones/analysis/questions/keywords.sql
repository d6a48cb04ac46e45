-- The ten most frequent keywords in the eight most frequent genres, as a share of a genre's titles.
-- times: how much more frequent than among all titles.
WITH genre_titles AS (
    SELECT title_id, genre FROM chosen JOIN bridge_title_genre USING (title_id) WHERE in_tmdb
),
genres AS (
    SELECT genre, count(*) AS in_genre
    FROM genre_titles
    GROUP BY genre
    ORDER BY in_genre DESC, genre
    LIMIT 8
),
keyword_titles AS (
    SELECT title_id, keyword
    FROM chosen
    JOIN bridge_title_keyword USING (title_id)
    JOIN dim_keyword USING (keyword_id)
),
keywords AS (
    SELECT keyword, count(DISTINCT title_id) AS in_all
    FROM keyword_titles
    GROUP BY keyword
    ORDER BY in_all DESC, keyword
    LIMIT 10
)
SELECT
    genre,
    keyword,
    count(DISTINCT title_id) AS titles,
    count(DISTINCT title_id) / any_value(in_genre) AS share,
    share / (any_value(in_all) / (SELECT count(*) FROM chosen)) AS times
FROM genre_titles
JOIN genres USING (genre)
JOIN keyword_titles USING (title_id)
JOIN keywords USING (keyword)
GROUP BY genre, keyword
ORDER BY share DESC, genre, keyword
