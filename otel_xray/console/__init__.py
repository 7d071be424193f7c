"""The console: an X-Ray on the desk (receive, store, query, web, server)."""
