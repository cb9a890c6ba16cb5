"""Weekly slot allocation: sessions of groups in venues over a season."""
