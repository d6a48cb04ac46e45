"""`harvester analyse`: questions that people ask of the Refined zone, answered as one page.

`questions` (each a module with its SQL: columns, chart, finding) → `queries` (rows for all titles,
movies, series) → `page`. What charts share is in `charts` (Vega-Lite by Altair), what findings
share in `wording`, what they are tested by in `statistics`; `rated_groups` is shared by the
questions on groups of rated titles.
"""
