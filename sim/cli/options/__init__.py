"""Options that several verbs have, and what becomes of them."""
