"""One module per kind of promise. A rule takes passages and gives drafts."""
