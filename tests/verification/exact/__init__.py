"""Answers known exactly, by formula: nothing here knows of the simulation.

- `loss`: Erlang, Engset, Kaufman and Roberts, reserved units;
- `tiers`: overflow: Kosten's moments, and any routes through groups of units;
- `waiting`: queues with servers, patience, limits, priorities, any service time;
- `diaries`: slots of a day, lost or carried over, and places given away twice;
- `unlimited`: occupancy where nobody is refused.

Unless said otherwise requests are Poisson, service times independent with mean 1, and `load` is
the rate of requests x their mean service time.
"""
