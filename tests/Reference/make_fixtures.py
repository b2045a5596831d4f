#!/usr/bin/python3
"""Writes every fixture below fixtures/ again (needs NumPy and PyTorch 1.13 or later, nothing else)."""

import operation_fixtures

if __name__ == "__main__":
    for family in operation_fixtures.FAMILIES:
        print(family.__name__, flush=True)
        family()
