"""Succession (接替): which station stands in whose place, what this one may do, and how a new one is filled again."""
