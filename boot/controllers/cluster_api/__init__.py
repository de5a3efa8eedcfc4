"""Small equivalents of the controllers of Cluster API core."""
