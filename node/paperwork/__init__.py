"""PAPERS AT THE COUNTER: mandates, originals seen, the applicant's one signature, receipts written while the power was out."""
