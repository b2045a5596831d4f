#!/usr/bin/python3
"""Writes every fixture below fixtures/ again, or only the families named on the command line.

Needs NumPy and PyTorch 1.13 or later, nothing else.
"""

import sys

import operation_fixtures
import recipe_fixtures

if __name__ == "__main__":
    families = {family.__name__: family for family in operation_fixtures.FAMILIES + recipe_fixtures.FAMILIES}
    for name in sys.argv[1:] or families:
        print(name, flush=True)
        families[name]()
