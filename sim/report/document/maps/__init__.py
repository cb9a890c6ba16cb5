"""Maps of a page that change with a slider or a choice, and are a picture without script."""
