"""Questions in SQL to a lake: each table of its zones is a view, and nothing can be written.

`views` says what there is, `statements` what a text asks for, `session` answers it.
"""
