"""Every list that a door answers can be had as a sheet (xlsx, csv): one way for all services, and a new list has it by itself."""

from bus.sheets.asked import sheet_asked
from bus.sheets.layout import LEFT_OUT, Column, Titles, Untitled, layout_of
from bus.sheets.wording import Wording

__all__ = ["LEFT_OUT", "Column", "Titles", "Untitled", "Wording", "layout_of", "sheet_asked"]
