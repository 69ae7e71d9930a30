"""A release: a dataset in the layouts that hubs and trainers read, each a folder that loads, with a card that says what it is."""
