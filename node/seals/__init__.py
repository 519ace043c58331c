"""Seals of units (单位印章): the county makes them and keeps their register, a station asks for them and keeps their keys."""
