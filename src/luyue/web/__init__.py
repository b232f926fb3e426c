"""The frame of the pages: base templates, components, paging, the wall's middleware, refusals as sentences."""
