"""Casework (办件): a case, its letters and what people do with it. Knows no parcel and no road."""
