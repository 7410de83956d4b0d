"""Rules on pages: add, change, retire and undo them, with whom each asks and its first email shown before."""
