-- What critics and audiences rate the titles that both have rated, 0 to 100, in steps of ten.
-- A title's critics are the mean of Rotten Tomatoes and Metacritic, its audience that of IMDb and TMDB.
-- lead: by how much critics rate them higher, on average; close: at most ten points apart.
-- Of all of these titles: r, the correlation; apart, how far the two are apart on average; mean_lead
-- and lead_sd, the mean lead and its deviation.
WITH opinions AS (
    SELECT
        title_id,
        avg(value) FILTER (source IN ('Rotten Tomatoes', 'Metacritic')) AS of_critics,
        avg(value) FILTER (source IN ('IMDb', 'TMDB')) AS of_audience
    FROM fact_rating
    GROUP BY title_id
),
rated AS (
    SELECT of_critics, of_audience
    FROM chosen
    JOIN opinions USING (title_id)
    WHERE of_critics IS NOT NULL AND of_audience IS NOT NULL
),
whole AS (
    SELECT
        count(*) AS all_titles,
        CASE
            WHEN min(of_critics) < max(of_critics) AND min(of_audience) < max(of_audience)
                THEN corr(of_critics, of_audience)
        END AS r,
        avg(abs(of_critics - of_audience)) AS apart,
        avg(of_critics - of_audience) AS mean_lead,
        stddev_samp(of_critics - of_audience) AS lead_sd
    FROM rated
)
SELECT
    least(floor(of_critics / 10) * 10, 90) AS critics,
    least(floor(of_audience / 10) * 10, 90) AS audience,
    count(*) AS titles,
    avg(of_critics - of_audience) AS lead,
    count(*) FILTER (abs(of_critics - of_audience) <= 10) AS close,
    max(all_titles) AS all_titles,
    max(r) AS r,
    max(apart) AS apart,
    max(mean_lead) AS mean_lead,
    max(lead_sd) AS lead_sd
FROM rated
CROSS JOIN whole
GROUP BY 1, 2
ORDER BY titles DESC, critics, audience
