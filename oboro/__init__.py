"""The ground floor: what every room of Oboro stands on."""
