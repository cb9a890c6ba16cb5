"""How fast linli is: every figure is a ratio within one run, so that it holds on any machine."""
