"""Switching servers on, off and over to the network: Redfish, IPMI, Sidero's managementApi, or a person with a task."""
