"""`harvester analyse`: questions that people ask of the Refined zone, answered as one page.

`queries` (SQL, shown on the page) → `answers` (rows for all titles, movies, series) → `charts`
(Vega-Lite by Altair), `findings` (what a chart shows, in words) → `page`.
"""
