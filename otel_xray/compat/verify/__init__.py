"""
One program under the X-Ray SDK and under the alias, and whether both send the same segments.

`sides` runs it, `everything` in it is recorded, `sink` receives what it sends, `trees` puts the
documents together, `normal` takes out what no two runs have in common, `comparison` compares,
`differences` knows what may differ, `report` prints.
"""
