"""The first ten billed of each title, in SQL that DuckDB, PostgreSQL and Trino (Athena) read."""

FIRST_BILLED = """\
SELECT title_id, person_id, place
FROM (
    SELECT
        c.title_id,
        c.person_id,
        row_number() OVER (
            PARTITION BY c.title_id ORDER BY min(c.billing), c.person_id
        ) AS place
    FROM fact_cast c
    LEFT JOIN (
        SELECT title_id
        FROM fact_cast
        WHERE role = 'cast' AND billing < 10
        GROUP BY title_id
        HAVING count(DISTINCT person_id) >= 10
    ) dense ON dense.title_id = c.title_id
    WHERE c.role = 'cast' AND c.billing IS NOT NULL
        AND (c.billing < 10 OR dense.title_id IS NULL)
    GROUP BY c.title_id, c.person_id
) ranked
WHERE place <= 10"""
"""A row a title and person, by `place` from 1.

TMDB's `order` has gaps and may begin at 500, so people are counted. Where ten have a number below
ten, which is nearly everywhere a cast is long, nobody else is looked at: that takes a tenth.
"""
