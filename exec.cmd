@rem The scripts of package.json say `exec`, so that a signal to npm reaches Node and not a shell in between. On Windows this is it.
@%*
