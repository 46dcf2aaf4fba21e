"""Findings, improvement actions, and what they did."""
