"""Pages of the desk: workbench, queue, intake, case."""
