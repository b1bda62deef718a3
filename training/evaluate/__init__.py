"""Scores of an exported model: `rows` makes the items of every row of the table, `scores` the
measures and their intervals, `likelihood` the rows without generation, `table` the Markdown."""
