"""Mail (收发): letters into parcels and out of them, receipts, admission. Decides nothing of a case."""
