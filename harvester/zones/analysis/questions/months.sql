-- First releases, or first episodes, by month of the year.
SELECT
    month(release_date) AS month,
    count(*) AS titles,
    count(*) / sum(count(*)) OVER () AS share
FROM chosen
WHERE release_date IS NOT NULL
GROUP BY 1
ORDER BY month
