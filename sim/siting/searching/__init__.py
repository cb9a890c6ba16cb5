"""The closed loop: what the model proposes is simulated, and the model corrected by it."""
