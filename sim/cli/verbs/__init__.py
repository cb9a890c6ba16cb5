"""The verbs and their options, as `sim.cli.app` offers them; nothing heavy is imported here."""
