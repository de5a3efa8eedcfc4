"""Small equivalents of the controllers of Sidero's Cluster API provider (caps-controller-manager)."""
