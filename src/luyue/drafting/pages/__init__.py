"""Pages of drafts. What is shown is gathered in `queries.room`; pages are drawn outside of it."""
