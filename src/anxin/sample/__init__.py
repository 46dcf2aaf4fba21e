"""The sample insurer "CPA Insurance": people, policies and two years of claims, made from a fixed seed.

Every name, number and address is invented; identity numbers use a region code that was never given out.
"""
