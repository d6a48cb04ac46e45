-- IMDb's and TMDB's ratings of the titles that both have rated, in steps of half a point.
-- gap: by how much IMDb rates them higher, on average. Of all of these titles: r, their correlation;
-- apart, how far the two are apart on average; mean_gap and gap_sd, the mean gap and its deviation.
WITH rated AS (
    SELECT imdb_rating, tmdb_rating
    FROM chosen
    JOIN fact_title USING (title_id)
    WHERE imdb_rating IS NOT NULL AND tmdb_rating IS NOT NULL
),
whole AS (
    SELECT
        count(*) AS all_titles,
        CASE
            WHEN min(imdb_rating) < max(imdb_rating) AND min(tmdb_rating) < max(tmdb_rating)
                THEN corr(imdb_rating, tmdb_rating)
        END AS r,
        avg(abs(imdb_rating - tmdb_rating)) AS apart,
        avg(imdb_rating - tmdb_rating) AS mean_gap,
        stddev_samp(imdb_rating - tmdb_rating) AS gap_sd
    FROM rated
)
SELECT
    floor(imdb_rating * 2) / 2 AS imdb,
    floor(tmdb_rating * 2) / 2 AS tmdb,
    count(*) AS titles,
    avg(imdb_rating - tmdb_rating) AS gap,
    max(all_titles) AS all_titles,
    max(r) AS r,
    max(apart) AS apart,
    max(mean_gap) AS mean_gap,
    max(gap_sd) AS gap_sd
FROM rated
CROSS JOIN whole
GROUP BY 1, 2
ORDER BY titles DESC, imdb, tmdb
