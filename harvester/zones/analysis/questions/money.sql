-- Budget against revenue, in US dollars as TMDB has them: not adjusted for inflation.
-- Below 10,000 dollars they are mostly slips (millions or thousands left out), so left aside.
-- The 300 most voted titles, and the best and the worst five returns. low_times and high_times: the
-- interval of 95 % of the median, by the ranks that it lies between. tied: how many have the best.
WITH known AS (
    SELECT
        title_id, title, year, budget, revenue,
        revenue / budget AS times,
        row_number() OVER (ORDER BY revenue / budget DESC, title_id) AS best,
        row_number() OVER (ORDER BY revenue / budget, title_id) AS worst,
        row_number() OVER (ORDER BY tmdb_votes DESC NULLS LAST, title_id) AS voted,
        count(*) OVER () AS titles
    FROM chosen
    JOIN fact_title USING (title_id)
    WHERE budget >= 10000 AND revenue >= 10000
),
middle AS (
    SELECT
        avg(times) FILTER (worst * 2 BETWEEN titles AND titles + 2) AS median_times,
        max(times) FILTER (worst <= greatest((titles - 1.96 * sqrt(titles)) / 2, 1)) AS low_times,
        min(times) FILTER (worst >= least((titles + 1.96 * sqrt(titles)) / 2 + 1, titles))
            AS high_times,
        count(*) FILTER (times >= 1) AS earned,
        max(times) AS most
    FROM known
)
SELECT
    title, year, budget, revenue, times, best, worst, titles,
    median_times, low_times, high_times, earned,
    (SELECT count(*) FROM known WHERE times = most) AS tied
FROM known
CROSS JOIN middle
WHERE best <= 5 OR worst <= 5 OR voted <= 300
ORDER BY best
