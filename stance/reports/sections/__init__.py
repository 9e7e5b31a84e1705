"""The sections of a report, a file each: a function of the report's content that gives a section, or none."""
