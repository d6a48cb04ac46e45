-- What goes on: the franchises with most titles here, and the series by their state.
WITH counted AS (
    SELECT 'franchise' AS part, collection AS name, count(*) AS titles
    FROM chosen
    WHERE collection IS NOT NULL
    GROUP BY ALL
    UNION ALL
    SELECT 'status', status, count(*)
    FROM chosen
    WHERE kind = 'series' AND status IS NOT NULL
    GROUP BY ALL
)
SELECT
    part,
    name,
    titles,
    row_number() OVER (PARTITION BY part ORDER BY titles DESC, name) AS place,
    sum(titles) OVER (PARTITION BY part) AS all_titles
FROM counted
QUALIFY place <= 8
ORDER BY part, place
