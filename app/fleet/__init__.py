"""Many cases in one go: on this machine's processors, or on a Dask cluster."""
