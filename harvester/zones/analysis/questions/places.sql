-- The eight most frequent countries of origin and original languages.
-- all_titles: those of which it is known; tied: how many have as many titles as the first.
WITH placed AS (
    SELECT title_id, 'country' AS part, country_code AS key, coalesce(country, country_code) AS name
    FROM chosen
    JOIN bridge_title_country USING (title_id)
    JOIN dim_country USING (country_code)
    WHERE is_origin
    UNION ALL
    SELECT title_id, 'language', original_language, coalesce(language, original_language)
    FROM chosen
    LEFT JOIN dim_language ON language_code = original_language
    WHERE original_language IS NOT NULL
),
counted AS (
    SELECT
        part,
        key,
        name,
        count(*) AS titles,
        row_number() OVER (PARTITION BY part ORDER BY count(*) DESC, name, key) AS place,
        rank() OVER (PARTITION BY part ORDER BY count(*) DESC) AS standing
    FROM placed
    GROUP BY part, key, name
),
known AS (
    SELECT part, count(DISTINCT title_id) AS all_titles FROM placed GROUP BY part
),
leaders AS (
    SELECT part, count(*) AS tied FROM counted WHERE standing = 1 GROUP BY part
)
SELECT part, key, name, titles, titles / all_titles AS share, place, all_titles, tied
FROM counted
JOIN known USING (part)
JOIN leaders USING (part)
WHERE place <= 8
ORDER BY part, place
