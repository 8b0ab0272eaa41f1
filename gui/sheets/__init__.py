"""Sheets: what lies over a page until it is answered. Never over title panel and STOP."""
