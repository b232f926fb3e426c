"""回访: the quality supervisor calls after each closed case, and writes down what the customer says (V-1)."""
