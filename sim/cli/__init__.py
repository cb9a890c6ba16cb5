"""The command line: `linli VERB ...`. Each verb is a file; heavy imports wait until it runs."""

from sim.cli.app import main as main
