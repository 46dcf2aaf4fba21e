"""Bulk import into the registers: customers, products and policies from CSV, Parquet or JSON rows.

All or nothing: one bad row and nothing is written; the report names every bad cell. The same file again changes nothing.
"""

from anxin.registers.importing.entrance import KINDS, check_table, import_rows, import_table
from anxin.registers.importing.report import BadCell, Report

__all__ = ["KINDS", "BadCell", "Report", "check_table", "import_rows", "import_table"]
