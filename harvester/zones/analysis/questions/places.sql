-- The eight most frequent countries of origin and original languages.
WITH placed AS (
    SELECT title_id, 'country' AS part, coalesce(country, country_code) AS name
    FROM chosen
    JOIN bridge_title_country USING (title_id)
    JOIN dim_country USING (country_code)
    WHERE is_origin
    UNION ALL
    SELECT title_id, 'language', coalesce(language, original_language)
    FROM chosen
    LEFT JOIN dim_language ON language_code = original_language
    WHERE original_language IS NOT NULL
),
counted AS (
    SELECT part, name, count(*) AS titles FROM placed GROUP BY ALL
)
SELECT
    part,
    name,
    titles,
    titles / (SELECT count(DISTINCT title_id) FROM placed AS p WHERE p.part = counted.part) AS share,
    row_number() OVER (PARTITION BY part ORDER BY titles DESC, name) AS place
FROM counted
QUALIFY place <= 8
ORDER BY part, place
