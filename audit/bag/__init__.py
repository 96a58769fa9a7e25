"""The evidence package at the border: what goes into it, the key that signs it, the files on the disk."""
