"""What can be known about this machine before the rack is switched on: interfaces, and the checks of `doctor`."""
