"""Evidence packs: written, signed, stamped and checked."""
