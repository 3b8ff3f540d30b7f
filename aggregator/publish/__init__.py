"""From the contributions of closed days to signed files that anybody may have."""
