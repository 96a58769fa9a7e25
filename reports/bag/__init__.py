"""The evidence package: a BagIt 1.0 bag of one run, made from bytes and checked from bytes."""
