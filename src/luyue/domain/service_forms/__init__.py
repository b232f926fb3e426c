"""Service forms (单据, F-5): which kinds there are, what stands on them, and how it comes out of a case.

`kinds` says what a form has to say, `gathering` finds it in a case, `content` checks, words and hashes it.
"""
