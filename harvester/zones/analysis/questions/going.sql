-- The series by their state at TMDB. goes_on: by any name that the page gives this state;
-- all_titles: those whose state is known.
SELECT
    status AS name,
    status = 'Returning Series' AS goes_on,
    count(*) AS titles,
    count(*) / sum(count(*)) OVER () AS share,
    CAST(sum(count(*)) OVER () AS BIGINT) AS all_titles
FROM chosen
WHERE kind = 'series' AND status IS NOT NULL
GROUP BY status
ORDER BY titles DESC, name
