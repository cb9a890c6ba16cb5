"""Public timetabling instances with known optima, solved with CP-SAT to validate the approach.

`itc2007` is curriculum-based course timetabling in its formulation UD2, `itc2019` university
timetabling of weekly classes in rooms. Both have the shape of weekly blocks in halls, and both have
values published by others. Not part of a simulation: `python -m benchmarks timetabling` runs them.
"""
