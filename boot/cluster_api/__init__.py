"""What Cluster API controllers decide and write, without a plane: conditions, owner references, names, phases. Pure."""
