"""Before a plan is signed: how often each promise would be missed, by whom it is kept, which one is the dear one."""
