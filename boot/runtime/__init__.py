"""What every controller needs and no kind: a keyed queue, watching with relist, retries with back-off."""
