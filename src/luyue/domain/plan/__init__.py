"""Service plans as data: model, loading with line numbers, checks, explanation."""
