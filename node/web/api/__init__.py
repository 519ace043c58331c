"""THE JSON API `/api/v1`: what pages can do, programs can do, with the same methods and the same errors."""
