"""What visitors of a counted site see: the notice, the opt-out, and the demonstration site."""
