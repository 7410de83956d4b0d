"""What each word on the command line does: open the store, call one action, print. No rules here."""
