"""Plan documents on their way to a plan: kept, read in the background, reviewed promise by promise, adopted (P-3, L13).

A draft is the firm's own and no contract's: it becomes a plan version, and only that is bound to contracts.
"""
