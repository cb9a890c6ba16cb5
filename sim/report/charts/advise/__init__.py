"""Charts of an advice: cost against effect, the programme in order of adoption."""
