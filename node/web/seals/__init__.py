"""Pages of unit seals: the county's register, and what a station holds."""
