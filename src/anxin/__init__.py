"""Anxin (安心): an open service-quality platform for insurers."""
