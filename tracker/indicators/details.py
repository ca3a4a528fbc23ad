"""Details: fields of what was told, read from its JSON."""

import polars as pl


def with_details(rows: pl.DataFrame, **paths: str) -> pl.DataFrame:
    """The rows with a column of text for each field of ``details``; empty where it was not told.

    There are far fewer different details than rows: each is read once.

    :param paths: column -> JSON path
    """
    told = rows.select(pl.col("details").unique()).with_columns(
        pl.col("details").str.json_path_match(path).alias(name) for name, path in paths.items()
    )
    return rows.join(told, on="details", how="left", nulls_equal=True, maintain_order="left")
