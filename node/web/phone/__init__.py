"""Shots by telephone (用手机拍): the agent's page with the code to scan, and the page that the telephone opens by it."""
