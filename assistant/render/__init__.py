"""Stage 6, render: one Reply, one module for each form that it is shown in."""
