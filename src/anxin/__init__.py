"""Anxin (安心): the service-quality platform for insurers."""

__version__ = "0.1.0"
