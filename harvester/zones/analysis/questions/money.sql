-- Budget against revenue, in US dollars as TMDB has them: not adjusted for inflation.
-- Below 10,000 dollars they are mostly slips (millions or thousands left out), so left aside.
-- The 300 most voted titles, and the best and the worst five returns.
WITH known AS (
    SELECT
        title_id, title, year, budget, revenue,
        revenue / budget AS times,
        row_number() OVER (ORDER BY revenue / budget DESC, title_id) AS best,
        row_number() OVER (ORDER BY revenue / budget, title_id) AS worst,
        row_number() OVER (ORDER BY tmdb_votes DESC NULLS LAST, title_id) AS voted,
        count(*) OVER () AS titles,
        median(revenue / budget) OVER () AS median_times
    FROM chosen
    JOIN fact_title USING (title_id)
    WHERE budget >= 10000 AND revenue >= 10000
)
SELECT title, year, budget, revenue, times, best, worst, titles, median_times
FROM known
WHERE best <= 5 OR worst <= 5 OR voted <= 300
ORDER BY best
