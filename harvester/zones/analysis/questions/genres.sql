-- The eight most frequent of TMDB's genres, as a share of each decade's titles.
-- all_titles: those of the decade, with whatever genre or none.
WITH dated AS (
    SELECT title_id, year // 10 * 10 AS decade FROM chosen WHERE year IS NOT NULL
),
decades AS (
    SELECT decade, count(*) AS all_titles FROM dated GROUP BY decade
),
having_genre AS (
    SELECT decade, genre FROM dated JOIN bridge_title_genre USING (title_id) WHERE in_tmdb
),
frequent AS (
    SELECT genre FROM having_genre GROUP BY genre ORDER BY count(*) DESC, genre LIMIT 8
)
SELECT
    decade,
    genre,
    count(*) AS titles,
    count(*) / max(all_titles) AS share,
    max(all_titles) AS all_titles
FROM having_genre
JOIN frequent USING (genre)
JOIN decades USING (decade)
GROUP BY decade, genre
ORDER BY decade DESC, titles DESC, genre
