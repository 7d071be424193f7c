"""The measured programs: a folder for each task, a file for each contestant."""
