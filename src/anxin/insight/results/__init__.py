"""Answers to the boards' questions, stored per version of the lake."""
