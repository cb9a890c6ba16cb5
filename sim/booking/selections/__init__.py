"""Rules by which a batch of requests is decided, one a file, and the choices they decide on."""
