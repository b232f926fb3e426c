"""Reading plan documents: text in, drafted promises out (P-3, L13). Rules only: explainable, the same every time.

`document` what was opened, `cleaning` the text that is read with its way back to the original, `amounts` numbers and
durations, `passages` sentences with what surrounds them, `rules` one module per kind of promise, `neutral` and
`planfile` the two forms of the result.
"""
