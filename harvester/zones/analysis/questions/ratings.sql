-- IMDb's and TMDB's ratings of the titles that both have rated, in steps of half a point.
-- gap: by how much IMDb rates them higher, on average.
SELECT
    floor(imdb_rating * 2) / 2 AS imdb,
    floor(tmdb_rating * 2) / 2 AS tmdb,
    count(*) AS titles,
    avg(imdb_rating - tmdb_rating) AS gap
FROM chosen
JOIN fact_title USING (title_id)
WHERE imdb_rating IS NOT NULL AND tmdb_rating IS NOT NULL
GROUP BY ALL
ORDER BY titles DESC, imdb, tmdb
