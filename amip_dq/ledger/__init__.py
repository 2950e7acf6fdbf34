"""Remembers what the nights found: findings over time, decisions about them, proof that the control ran."""
