-- The ten most frequent keywords in the eight most frequent genres, as a share of a genre's titles.
-- Counted are titles that have both keywords and a genre at TMDB: in_genre of a genre, in_all with a
-- keyword, all_titles of them. times: how much more frequent than among all of these titles.
-- A keyword is its word, whatever ids it has.
WITH keyword_titles AS (
    SELECT DISTINCT title_id, keyword
    FROM chosen
    JOIN bridge_title_keyword USING (title_id)
    JOIN dim_keyword USING (keyword_id)
    WHERE title_id IN (SELECT title_id FROM bridge_title_genre WHERE in_tmdb)
),
genre_titles AS (
    SELECT title_id, genre
    FROM bridge_title_genre
    WHERE in_tmdb AND title_id IN (SELECT title_id FROM keyword_titles)
),
genres AS (
    SELECT genre, count(*) AS in_genre
    FROM genre_titles
    GROUP BY genre
    ORDER BY in_genre DESC, genre
    LIMIT 8
),
keywords AS (
    SELECT keyword, count(*) AS in_all
    FROM keyword_titles
    GROUP BY keyword
    ORDER BY in_all DESC, keyword
    LIMIT 10
),
whole AS (
    SELECT count(DISTINCT title_id) AS all_titles FROM keyword_titles
)
SELECT
    genre,
    keyword,
    count(*) AS titles,
    count(*) / max(in_genre) AS share,
    (count(*) / max(in_genre)) / (max(in_all) / max(all_titles)) AS times,
    max(in_genre) AS in_genre,
    max(in_all) AS in_all,
    max(all_titles) AS all_titles
FROM genre_titles
JOIN genres USING (genre)
JOIN keyword_titles USING (title_id)
JOIN keywords USING (keyword)
CROSS JOIN whole
GROUP BY genre, keyword
ORDER BY share DESC, genre, keyword
