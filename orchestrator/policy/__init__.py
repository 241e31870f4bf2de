"""Policy over a province: the catalogue of rules as it is read, the facts of its register, and what the rules say."""
