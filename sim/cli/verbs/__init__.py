"""The verbs, a file each: signature, study and answer."""
