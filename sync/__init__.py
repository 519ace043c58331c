"""Sync carries: parcels, order, retries. Never opens a parcel; imports nothing of ours."""
