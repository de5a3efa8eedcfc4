"""What goes over the rack's wire besides our answers: does ours leave, and who else answers DHCP there."""
