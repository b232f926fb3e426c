"""Ways to drive every promise of the shipped plans to kept and to missed, a module per kind.

A module has `met(world, promise)` and `missed(world, promise)`. Each brings the promise about by the apps' actions
alone and says where the statement has to show it: `Driven`. Rows are never written here.
"""
