"""Serving flows, and a Prefect server of our own."""
